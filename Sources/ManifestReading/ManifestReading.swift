// ManifestReading: see ARCHITECTURE.md.

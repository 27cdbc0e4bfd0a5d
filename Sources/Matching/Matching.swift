// Matching: see ARCHITECTURE.md.

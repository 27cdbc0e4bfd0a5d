// NetworkTopology: see ARCHITECTURE.md.

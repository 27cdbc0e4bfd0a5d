// Capture: see ARCHITECTURE.md.

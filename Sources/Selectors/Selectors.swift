// Selectors: see ARCHITECTURE.md.

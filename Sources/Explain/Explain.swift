// Explain: see ARCHITECTURE.md.

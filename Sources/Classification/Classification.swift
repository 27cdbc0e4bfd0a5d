// Classification: see ARCHITECTURE.md.

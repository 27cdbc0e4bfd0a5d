// Resources: see ARCHITECTURE.md.

// PolicyIR: see ARCHITECTURE.md.

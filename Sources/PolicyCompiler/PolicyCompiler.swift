// PolicyCompiler: see ARCHITECTURE.md.

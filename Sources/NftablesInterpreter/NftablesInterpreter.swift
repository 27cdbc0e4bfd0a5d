// NftablesInterpreter: see ARCHITECTURE.md.

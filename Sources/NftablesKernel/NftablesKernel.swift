// NftablesKernel: see ARCHITECTURE.md.

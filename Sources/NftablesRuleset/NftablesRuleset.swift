// NftablesRuleset: see ARCHITECTURE.md.

// TraceReplay: see ARCHITECTURE.md.

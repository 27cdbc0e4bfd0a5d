// KernelVerification: see ARCHITECTURE.md.

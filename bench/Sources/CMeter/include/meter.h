/// Calls of malloc, calloc, realloc, posix_memalign and aligned_alloc of this process since it began, all threads'.
unsigned long meter_allocations(void);

/// Between these two valgrind's callgrind counts instructions, if started with `--instr-atstart=no`; elsewhere they do
/// nothing. Without valgrind's header at build time callgrind counts nothing at all, and the gate says so.
void meter_start_counting(void);
void meter_stop_counting(void);

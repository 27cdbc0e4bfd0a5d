/// Calls of malloc, calloc, realloc, posix_memalign and aligned_alloc of this process since it began, all threads'.
unsigned long meter_allocations(void);

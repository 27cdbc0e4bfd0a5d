#include "CVector.h"

#include <sys/mman.h>

int dp_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }

int dp_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

void dp_advise_large_pages(void *memory, size_t bytes) { (void)madvise(memory, bytes, MADV_HUGEPAGE); }

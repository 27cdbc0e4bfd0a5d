/* What a load costs here, by the size of what it is in: the roofline of every table. Cache lines in random order, on
   large pages if the kernel gives some; best of five. usage: loads [KIB...] */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { LINE = 64, LOADS = 1 << 20, CHAIN = 200000, RUNS = 5 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static uint64_t next_number(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* One line after the other, each telling the next: one cycle through all. */
static void make_cycle(char *memory, size_t lines, uint64_t *state) {
    uint32_t *order = malloc(lines * sizeof *order);
    for (size_t i = 0; i < lines; i++) order[i] = (uint32_t)i;
    for (size_t i = lines - 1; i > 0; i--) {
        size_t other = next_number(state) % (i + 1);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (size_t i = 0; i < lines; i++) *(uint32_t *)(memory + (size_t)order[i] * LINE) = order[(i + 1) % lines];
    free(order);
}

static void measure(size_t kib) {
    const size_t page = 2 << 20, bytes = kib << 10, lines = bytes / LINE;
    const size_t whole = (bytes + page - 1) & ~(page - 1);
    char *memory = aligned_alloc(page, whole);
    uint32_t *places = malloc(LOADS * sizeof *places);
    if (memory == NULL || places == NULL || lines < 2) exit(2);
    madvise(memory, whole, MADV_HUGEPAGE);
    uint64_t state = 88172645463325252u;
    make_cycle(memory, lines, &state);
    for (size_t i = 0; i < LOADS; i++) places[i] = (uint32_t)(next_number(&state) >> 20) % (uint32_t)lines;
    double independent = 1, dependent = 1;
    for (int run = 0; run < RUNS; run++) {
        double start = now();
        for (size_t i = 0; i < LOADS; i++) (void)*(volatile uint32_t *)(memory + (size_t)places[i] * LINE);
        double taken = (now() - start) / LOADS;
        independent = taken < independent ? taken : independent;
        start = now();
        uint32_t line = 0;
        for (size_t i = 0; i < CHAIN; i++) line = *(volatile uint32_t *)(memory + (size_t)line * LINE);
        taken = (now() - start) / CHAIN;
        dependent = taken < dependent ? taken : dependent;
    }
    printf("{\"kib\": %zu, \"independentNs\": %.2f, \"dependentNs\": %.1f}\n", kib, independent * 1e9, dependent * 1e9);
    free(places);
    free(memory);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) measure(strtoul(argv[i], NULL, 10));
    for (size_t kib = 32; argc == 1 && kib <= 64 << 10; kib *= 2) measure(kib);
    return 0;
}

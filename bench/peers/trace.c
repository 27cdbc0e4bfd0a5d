#include "trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct trace trace_map(const char *path) {
    struct trace trace = {0};
    struct stat status;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0) {
        perror(path);
        exit(2);
    }
    trace.size = (size_t)status.st_size;
    trace.bytes = mmap(NULL, trace.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    if (trace.bytes == MAP_FAILED || trace.size < 24 || *(const uint32_t *)trace.bytes != 0xa1b2c3d4) {
        fprintf(stderr, "%s: not a little-endian pcap file\n", path);
        exit(2);
    }
    return trace;
}

struct five_tuple *trace_tuples(struct trace trace, size_t limit, size_t *count) {
    size_t capacity = trace.size / (16 + 60) + 1, offset = 24, found = 0;
    if (capacity > limit) capacity = limit;
    struct five_tuple *tuples = malloc((capacity + 1) * sizeof *tuples);
    while (offset + 16 <= trace.size && found < capacity) {
        uint32_t captured = *(const uint32_t *)(trace.bytes + offset + 8);
        if (offset + 16 + captured > trace.size) break;
        found += (size_t)frame_tuple(trace.bytes + offset + 16, captured, tuples + found);
        offset += 16 + captured;
    }
    *count = found;
    return tuples;
}

static uint64_t hash_of(const struct five_tuple *tuple) {
    uint64_t x = (uint64_t)tuple->source << 32 | tuple->destination;
    x ^= ((uint64_t)tuple->destination_port << 8 | tuple->proto) * 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    return x ^ x >> 31;
}

static int same_pair(const struct five_tuple *a, const struct five_tuple *b) {
    return a->source == b->source && a->destination == b->destination && a->proto == b->proto &&
           a->destination_port == b->destination_port;
}

size_t pod_pairs(const struct five_tuple *tuples, size_t count, struct five_tuple *rules, size_t wanted) {
    size_t slots = 16, found = 0;
    while (slots < wanted * 4) slots *= 2;
    uint32_t *table = calloc(slots, sizeof *table);
    for (size_t i = 0; i < count && found < wanted; i++) {
        size_t slot = hash_of(tuples + i) & (slots - 1);
        while (table[slot] != 0 && !same_pair(rules + table[slot] - 1, tuples + i)) slot = (slot + 1) & (slots - 1);
        if (table[slot] != 0) continue;
        rules[found++] = tuples[i];
        table[slot] = (uint32_t)found;
    }
    free(table);
    return found;
}

double now_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void serve_passes(size_t items, size_t (*pass)(void *context), void *context) {
    char line[64];
    size_t hits = pass(context);
    printf("{\"keys\": %zu, \"hits\": %zu}\n", items, hits);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        double start = now_seconds();
        pass(context);
        printf("{\"seconds\": %.9f, \"items\": %zu}\n", now_seconds() - start, items);
        fflush(stdout);
    }
}

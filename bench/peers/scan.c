/* The limit of any reader: records are walked and five-tuples read, nothing is decided.
   usage: scan mmap|read TRACE     read: read(2) in chunks of 256 KiB, one cursor */
#include "trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024 };

static unsigned long packets, sum;

/* Walks whole records; returns how many bytes they take. */
static size_t walk(const uint8_t *bytes, size_t size) {
    size_t offset = 0;
    while (offset + 16 <= size) {
        uint32_t captured = *(const uint32_t *)(bytes + offset + 8);
        if (offset + 16 + captured > size) break;
        struct five_tuple tuple;
        if (frame_tuple(bytes + offset + 16, captured, &tuple))
            sum += tuple.source ^ tuple.destination ^ tuple.source_port ^ tuple.destination_port ^ tuple.proto;
        packets++;
        offset += 16 + captured;
    }
    return offset;
}

static int scan_by_read(const char *path) {
    static uint8_t buffer[2 * CHUNK];
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, buffer, 24) != 24) return 2;
    size_t kept = 0;
    for (ssize_t count; (count = read(file, buffer + kept, CHUNK)) > 0;) {
        size_t size = kept + (size_t)count, used = walk(buffer, size);
        kept = size - used;
        if (kept > CHUNK) return 2;
        memmove(buffer, buffer + used, kept);
    }
    close(file);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    if (strcmp(argv[1], "read") == 0) {
        if (scan_by_read(argv[2]) != 0) return 2;
    } else {
        struct trace trace = trace_map(argv[2]);
        walk(trace.bytes + 24, trace.size - 24);
    }
    printf("{\"packets\": %lu, \"sum\": %lu}\n", packets, sum);
    return 0;
}

/* What the peers share: a mapped pcap file, the five-tuples in it, rules of pod pairs, and passes on demand. */
#ifndef TRACE_H
#define TRACE_H

#include <stddef.h>
#include <stdint.h>

struct trace {
    const uint8_t *bytes;
    size_t size;
};

/* Host order throughout. */
struct five_tuple {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
    uint8_t proto;
};

/* Exits with a message when the file can't be mapped or is no little-endian pcap file of Ethernet frames. */
struct trace trace_map(const char *path);

/* The five-tuple of an Ethernet frame with IPv4 and ports; 0 when it has none. */
static inline int frame_tuple(const uint8_t *frame, size_t length, struct five_tuple *tuple) {
    if (length < 14 + 20 + 4 || frame[12] != 8 || frame[13] != 0) return 0;
    const uint8_t *ip = frame + 14;
    size_t header = (ip[0] & 15) * 4;
    if (ip[0] >> 4 != 4 || header < 20 || length < 14 + header + 4 || (ip[9] != 6 && ip[9] != 17)) return 0;
    const uint8_t *transport = ip + header;
    tuple->source = __builtin_bswap32(*(const uint32_t *)(ip + 12));
    tuple->destination = __builtin_bswap32(*(const uint32_t *)(ip + 16));
    tuple->source_port = __builtin_bswap16(*(const uint16_t *)transport);
    tuple->destination_port = __builtin_bswap16(*(const uint16_t *)(transport + 2));
    tuple->proto = ip[9];
    return 1;
}

/* All five-tuples of a trace, or the first `limit`; the caller frees them. */
struct five_tuple *trace_tuples(struct trace trace, size_t limit, size_t *count);

/* Rules of exact addresses, protocol and destination port: the first distinct ones of the tuples. Returns how many of
   `wanted` there were. */
size_t pod_pairs(const struct five_tuple *tuples, size_t count, struct five_tuple *rules, size_t wanted);

double now_seconds(void);

/* Runs `pass` once for each line on standard input and prints how long it took, as JSON. `pass` returns hits. */
void serve_passes(size_t items, size_t (*pass)(void *context), void *context);

#endif

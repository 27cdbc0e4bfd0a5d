#pragma once
// Frames to plain packets, sixteen at once. PlainDecoder of PacketDecoding is the same for one frame, and the oracle.

#include <stddef.h>
#include <stdint.h>

/// A frame in its chunk, as TraceChunk.Frame lays it out.
typedef struct dp_frame {
    int64_t time, number;
    uint32_t offset, captured, original, interface;
} dp_frame;

/// A plain packet, as PlainPacket lays it out.
typedef struct dp_plain {
    int64_t time, frame;
    uint32_t address_a, address_b, ports;
    uint8_t proto, kind, shard, from_b;
    uint32_t hash;
    int32_t position, denial, miss;
} dp_plain;

/// PlainHash, and the length of the link layer's header: 14 (Ethernet) or 0.
typedef struct dp_plain_keys {
    uint32_t keys[4];
    uint32_t shard_mask, link_length;
} dp_plain_keys;

/// Decodes frames[0 ..< 16] of `size` bytes into packets[0 ..< 16].
///
/// Returns one bit for each that is plain and has no VLAN tag; the packets of others mean nothing. Reads nothing outside
/// of the bytes of frames, nor of `bytes` if a frame says so.
uint32_t dp_plain_decode16_avx512(
    const uint8_t *bytes, size_t size, const dp_frame *frames, const dp_plain_keys *keys, dp_plain *packets);

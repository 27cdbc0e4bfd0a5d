// Sixteen frames per vector: every field is a gather at the same distance from where the IP headers start.

#include "plain.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2")))
#define EACH(value) _mm512_set1_epi32((int)(value))

enum { SYN, SYN_ACK, FIN, ACK, RST, DATAGRAM };

/// The 32-bit words at `bytes + start[i] + distance` of the lanes in `mask`.
TARGET static inline __m512i words(const uint8_t *bytes, __m512i start, int distance, __mmask16 mask) {
    return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), mask, start, bytes + distance, 1);
}

/// The 16-bit numbers of network order in the lower halves.
TARGET static inline __m512i low_number(__m512i word) {
    const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(1, 0, -1, -1, 5, 4, -1, -1, 9, 8, -1, -1, 13, 12, -1, -1));
    return _mm512_shuffle_epi8(word, order);
}

/// The 32-bit numbers of network order.
TARGET static inline __m512i number(__m512i word) {
    const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    return _mm512_shuffle_epi8(word, order);
}

/// Lanes of `mask` whose flags are `value` where `care` is set.
TARGET static inline __mmask16 flagged(__mmask16 mask, __m512i flags, int care, int value) {
    return _mm512_mask_cmpeq_epi32_mask(mask, _mm512_and_si512(flags, EACH(care)), EACH(value));
}

/// Both halves of the 64-bit products of 32-bit lanes a and b, the sums of two such products, folded: NH.
TARGET static inline __m512i fold(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i even = _mm512_add_epi64(_mm512_mul_epu32(a, b), _mm512_mul_epu32(c, d));
    __m512i odd = _mm512_add_epi64(
        _mm512_mul_epu32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(b, 32)),
        _mm512_mul_epu32(_mm512_srli_epi64(c, 32), _mm512_srli_epi64(d, 32)));
    even = _mm512_xor_si512(even, _mm512_srli_epi64(even, 32));
    odd = _mm512_xor_si512(odd, _mm512_srli_epi64(odd, 32));
    return _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
}

/// Four words of each lane, in the order of memory: quarter q of out[i] is lane 4 * q + i.
TARGET static inline void transpose(__m512i w0, __m512i w1, __m512i w2, __m512i w3, __m512i out[4]) {
    __m512i low01 = _mm512_unpacklo_epi32(w0, w1), high01 = _mm512_unpackhi_epi32(w0, w1);
    __m512i low23 = _mm512_unpacklo_epi32(w2, w3), high23 = _mm512_unpackhi_epi32(w2, w3);
    out[0] = _mm512_unpacklo_epi64(low01, low23);
    out[1] = _mm512_unpackhi_epi64(low01, low23);
    out[2] = _mm512_unpacklo_epi64(high01, high23);
    out[3] = _mm512_unpackhi_epi64(high01, high23);
}

/// Where the quarters of transposed words go.
TARGET static inline void store(__m512i quarters, uint8_t *first) {
    _mm_storeu_si128((__m128i *)first, _mm512_castsi512_si128(quarters));
    _mm_storeu_si128((__m128i *)(first + 4 * sizeof(dp_plain)), _mm512_extracti32x4_epi32(quarters, 1));
    _mm_storeu_si128((__m128i *)(first + 8 * sizeof(dp_plain)), _mm512_extracti32x4_epi32(quarters, 2));
    _mm_storeu_si128((__m128i *)(first + 12 * sizeof(dp_plain)), _mm512_extracti32x4_epi32(quarters, 3));
}

TARGET uint32_t dp_plain_decode16_avx512(
    const uint8_t *bytes, size_t size, const dp_frame *frames, const dp_plain_keys *keys, dp_plain *packets) {
    const __m512i stride = _mm512_setr_epi32(0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120);
    __m512i offset = _mm512_i32gather_epi32(stride, &frames->offset, 4);
    __m512i captured = _mm512_i32gather_epi32(stride, &frames->captured, 4);
    __m512i original = _mm512_i32gather_epi32(stride, &frames->original, 4);
    const __m512i link = EACH(keys->link_length);
    // Chunks are short of 2^31 bytes, and so is every sum below.
    if (size > INT32_MAX / 2) return 0;
    __mmask16 plain = _mm512_cmple_epu32_mask(captured, EACH(size));
    plain = _mm512_mask_cmple_epu32_mask(plain, offset, _mm512_sub_epi32(EACH(size), captured));
    plain = _mm512_mask_cmpge_epu32_mask(plain, captured, EACH(keys->link_length + 28));
    __m512i start = _mm512_add_epi32(offset, link);
    __m512i present = _mm512_sub_epi32(captured, link);

    // Version 4, a header of 20 bytes, and before them the type of Ethernet.
    if (keys->link_length != 0) {
        __m512i type = words(bytes, start, -2, plain);
        plain = _mm512_mask_cmpeq_epi32_mask(plain, _mm512_and_si512(type, EACH(0xffffff)), EACH(0x450008));
    } else {
        __m512i version = words(bytes, start, 0, plain);
        plain = _mm512_mask_cmpeq_epi32_mask(plain, _mm512_and_si512(version, EACH(0xff)), EACH(0x45));
    }
    __m512i total = low_number(words(bytes, start, 2, plain));
    // A frame may be longer than what was captured of it; lengths beyond 2^31 are as good as any other.
    __m512i most = _mm512_sub_epi32(_mm512_max_epu32(captured, _mm512_min_epu32(original, EACH(INT32_MAX))), link);
    plain = _mm512_mask_cmple_epu32_mask(plain, total, most);
    // Neither "more fragments" nor an offset, and the protocol.
    __m512i fragment = words(bytes, start, 6, plain);
    plain = _mm512_mask_testn_epi32_mask(plain, fragment, EACH(0xff3f));
    __m512i proto = _mm512_srli_epi32(fragment, 24);
    __mmask16 udp = _mm512_mask_cmpeq_epi32_mask(plain, proto, EACH(17));
    __mmask16 tcp = _mm512_mask_cmpeq_epi32_mask(plain, proto, EACH(6));

    tcp = _mm512_mask_cmpge_epu32_mask(tcp, present, EACH(34));
    tcp = _mm512_mask_cmpge_epu32_mask(tcp, total, EACH(40));
    // At a distance of 30, so that nothing behind the flags is read.
    __m512i flags = low_number(_mm512_srli_epi32(words(bytes, start, 30, tcp), 16));
    __m512i header = _mm512_slli_epi32(_mm512_srli_epi32(flags, 12), 2);
    tcp = _mm512_mask_cmpge_epu32_mask(tcp, header, EACH(20));
    tcp = _mm512_mask_cmple_epu32_mask(tcp, header, _mm512_sub_epi32(total, EACH(20)));
    __mmask16 ack = flagged(tcp, flags, 0x17, 0x10), syn = flagged(tcp, flags, 0x17, 0x02);
    __mmask16 fin = flagged(tcp, flags, 0x17, 0x11), syn_ack = flagged(tcp, flags, 0x37, 0x12);
    __mmask16 rst = flagged(tcp, flags, 0x27, 0x04);
    tcp = ack | syn | fin | syn_ack | rst;

    __m512i length = low_number(words(bytes, start, 24, udp));
    udp = _mm512_mask_cmpge_epu32_mask(udp, length, EACH(8));
    udp = _mm512_mask_cmple_epu32_mask(udp, _mm512_add_epi32(length, EACH(20)), total);
    plain = tcp | udp;
    if (plain == 0) return 0;

    __m512i kind = EACH(DATAGRAM);
    kind = _mm512_mask_mov_epi32(kind, ack, EACH(ACK));
    kind = _mm512_mask_mov_epi32(kind, syn, EACH(SYN));
    kind = _mm512_mask_mov_epi32(kind, fin, EACH(FIN));
    kind = _mm512_mask_mov_epi32(kind, syn_ack, EACH(SYN_ACK));
    kind = _mm512_mask_mov_epi32(kind, rst, EACH(RST));

    __m512i source = number(words(bytes, start, 12, plain));
    __m512i destination = number(words(bytes, start, 16, plain));
    __m512i ports = number(words(bytes, start, 20, plain));
    __mmask16 from_b = _mm512_cmpge_epu32_mask(source, destination);
    __m512i a = _mm512_min_epu32(source, destination), b = _mm512_max_epu32(source, destination);
    ports = _mm512_mask_rol_epi32(ports, from_b, ports, 16);

    __m512i shard = _mm512_xor_si512(_mm512_mullo_epi32(a, EACH(0x9e3779b1)), _mm512_mullo_epi32(b, EACH(0x85ebca77)));
    shard = _mm512_xor_si512(shard, _mm512_srli_epi32(shard, 15));
    shard = _mm512_srli_epi32(_mm512_mullo_epi32(shard, EACH(0xc2b2ae3d)), 26);
    shard = _mm512_and_si512(shard, EACH(keys->shard_mask));
    __m512i hash = fold(
        _mm512_add_epi32(a, EACH(keys->keys[0])), _mm512_add_epi32(b, EACH(keys->keys[1])),
        _mm512_add_epi32(ports, EACH(keys->keys[2])), _mm512_add_epi32(proto, EACH(keys->keys[3])));
    hash = _mm512_mullo_epi32(hash, EACH(0x9e3779b1));
    hash = _mm512_xor_si512(hash, _mm512_srli_epi32(hash, 15));

    // proto, kind, shard, from_b: one byte each.
    __m512i facts = _mm512_or_si512(_mm512_slli_epi32(kind, 8), _mm512_slli_epi32(shard, 16));
    facts = _mm512_or_si512(facts, _mm512_maskz_mov_epi32(from_b, EACH(1 << 24)));
    facts = _mm512_or_si512(facts, proto);
    __m512i key[4], rest[4];
    transpose(a, b, ports, facts, key);
    transpose(hash, EACH(-1), EACH(-1), EACH(-1), rest);
    for (int lane = 0; lane < 4; lane++) {
        uint8_t *packet = (uint8_t *)(packets + lane);
        store(key[lane], packet + offsetof(dp_plain, address_a));
        store(rest[lane], packet + offsetof(dp_plain, hash));
    }
    for (int lane = 0; lane < 16; lane++) {
        __m128i head = _mm_loadu_si128((const __m128i *)(frames + lane));
        _mm_storeu_si128((__m128i *)(packets + lane), head);
    }
    return plain;
}

_Static_assert(sizeof(dp_plain) == 48 && offsetof(dp_plain, hash) == 32, "as PlainPacket and the stores above");
_Static_assert(sizeof(dp_frame) == 32 && offsetof(dp_frame, offset) == 16, "as TraceChunk.Frame and the stride above");

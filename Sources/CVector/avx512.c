// Sixteen packets per vector, one stage per loop over a chunk: the gathers of a stage don't depend on each other, so
// that the cache misses of a whole chunk overlap.

#include "CVector.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2")))
#define LANES 16
#define CHUNK 256

/// Look-ups of some of a chunk's entries, packed. A place of a packet is its number in the chunk, for its ingress entry
/// CHUNK more.
typedef struct lookups {
    size_t count;
    uint32_t place[2 * CHUNK + LANES], program[2 * CHUNK + LANES], peer[2 * CHUNK + LANES];
    uint32_t first[2 * CHUNK + LANES], second[2 * CHUNK + LANES], row[2 * CHUNK + LANES];
} lookups;

/// What stands between the stages, per packet of a chunk.
typedef struct scratch {
    uint32_t peer[2 * CHUNK], program[2 * CHUNK];
    uint32_t service[CHUNK];
    uint32_t entry[2 * CHUNK];
    /// Entries whose cell is to be looked up, and those whose row is.
    lookups cells, rows;
} scratch;

TARGET static inline __m512i load(const uint32_t *from) { return _mm512_loadu_si512((const void *)from); }
TARGET static inline void store(uint32_t *to, __m512i value) { _mm512_storeu_si512((void *)to, value); }

TARGET static inline __m512i gather32(const void *base, __m512i index) {
    return _mm512_i32gather_epi32(index, base, 4);
}

/// Two bytes beside the last element are read, too.
TARGET static inline __m512i gather16(const uint16_t *base, __m512i index) {
    return _mm512_and_si512(_mm512_i32gather_epi32(index, base, 2), _mm512_set1_epi32(0xffff));
}

/// Pairs of 32 bits, 8 bytes apart; the low words of sixteen pairs, and the high ones.
TARGET static inline void gather_pairs(const void *base, __m512i index, __m512i *low, __m512i *high) {
    __m512i first = _mm512_i32gather_epi64(_mm512_castsi512_si256(index), base, 8);
    __m512i second = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(index, 1), base, 8);
    const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    *low = _mm512_permutex2var_epi32(first, even, second);
    *high = _mm512_permutex2var_epi32(first, _mm512_add_epi32(even, _mm512_set1_epi32(1)), second);
}

/// The high words of sixteen products.
TARGET static inline __m512i multiply_high(__m512i a, __m512i b) {
    __m512i even = _mm512_srli_epi64(_mm512_mul_epu32(a, b), 32);
    __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(a, 32), b);
    return _mm512_mask_mov_epi32(even, 0xaaaa, odd);
}

TARGET static inline __m512i scaled(__m512i number, uint32_t factor) {
    return _mm512_mullo_epi32(number, _mm512_set1_epi32((int)factor));
}

TARGET static inline __m512i slot(const dp_hash *hash, __m512i first, __m512i second) {
    __m512i group = _mm512_srl_epi32(first, _mm_cvtsi32_si128((int)hash->group_shift));
    __m512i place = _mm512_xor_si512(second, gather16(hash->displacements, group));
    return multiply_high(scaled(place, hash->spread), _mm512_set1_epi32((int)hash->slot_count));
}

TARGET static inline __m512i address_slot(const dp_hash *hash, __m512i address) {
    return slot(hash, scaled(address, hash->group_a), scaled(address, hash->slot_a));
}

/// The records of addresses that have none of their own.
TARGET static __m512i trie_records(const uint32_t *trie, __m512i address, __mmask16 lanes) {
    const __m512i byte = _mm512_set1_epi32(255), leaf = _mm512_set1_epi32((int)DP_LEAF);
    __m512i entry =
        _mm512_mask_i32gather_epi32(leaf, lanes, _mm512_srli_epi32(address, 16), trie, 4);
    __mmask16 inner = _mm512_mask_testn_epi32_mask(lanes, entry, leaf);
    if (inner) {
        __m512i index = _mm512_add_epi32(entry, _mm512_and_si512(_mm512_srli_epi32(address, 8), byte));
        entry = _mm512_mask_i32gather_epi32(entry, inner, index, trie, 4);
        inner = _mm512_mask_testn_epi32_mask(inner, entry, leaf);
        if (inner) {
            index = _mm512_add_epi32(entry, _mm512_and_si512(address, byte));
            entry = _mm512_mask_i32gather_epi32(entry, inner, index, trie, 4);
        }
    }
    return _mm512_andnot_si512(leaf, entry);
}

/// Four records, the first words of each first.
TARGET static inline __m512i four_records(const dp_record *records, const uint32_t *slots) {
    __m512i found = _mm512_castsi128_si512(_mm_load_si128((const __m128i *)(records + slots[0])));
    found = _mm512_inserti32x4(found, _mm_load_si128((const __m128i *)(records + slots[4])), 1);
    found = _mm512_inserti32x4(found, _mm_load_si128((const __m128i *)(records + slots[8])), 2);
    return _mm512_inserti32x4(found, _mm_load_si128((const __m128i *)(records + slots[12])), 3);
}

/// Number, class and program of sixteen addresses; `word` is the program's place in the record. Whole records are loaded
/// and transposed: a third fewer instructions than gathers of three words.
TARGET static inline __m512i find_records(
    const dp_tables *tables, __m512i address, const uint32_t *places, int word, __m512i *peer, __m512i *program) {
    __m512i a = four_records(tables->records, places), b = four_records(tables->records, places + 1);
    __m512i c = four_records(tables->records, places + 2), d = four_records(tables->records, places + 3);
    __m512i ab = _mm512_unpacklo_epi32(a, b), cd = _mm512_unpacklo_epi32(c, d);
    __m512i owner = _mm512_unpacklo_epi64(ab, cd);
    *peer = _mm512_unpackhi_epi64(ab, cd);
    ab = _mm512_unpackhi_epi32(a, b), cd = _mm512_unpackhi_epi32(c, d);
    *program = word == 2 ? _mm512_unpacklo_epi64(ab, cd) : _mm512_unpackhi_epi64(ab, cd);
    __m512i slots = load(places);
    __mmask16 missing = _mm512_cmpneq_epi32_mask(owner, address);
    if (missing) {
        __m512i shared = trie_records(tables->trie, address, missing);
        slots = _mm512_mask_mov_epi32(slots, missing, shared);
        __m512i words = _mm512_slli_epi32(slots, 2);
        const uint32_t *first = (const uint32_t *)tables->records;
        *peer = _mm512_mask_i32gather_epi32(*peer, missing, words, first + 1, 4);
        *program = _mm512_mask_i32gather_epi32(*program, missing, words, first + word, 4);
    }
    return slots;
}

TARGET static inline __m512i find_service(const dp_tables *tables, __m512i service) {
    __m512i page = _mm512_min_epu32(_mm512_srli_epi32(service, 8), _mm512_set1_epi32(DP_LAST_PAGE));
    __m512i block = _mm512_slli_epi32(gather32(tables->service_pages, page), 8);
    __m512i index = _mm512_or_si512(block, _mm512_and_si512(service, _mm512_set1_epi32(255)));
    return gather16(tables->service_classes, index);
}

/// Appends the lanes of `mask` to an array of which `count` elements are taken.
TARGET static inline void append(uint32_t *to, size_t count, __mmask16 mask, __m512i value) {
    store(to + count, _mm512_maskz_compress_epi32(mask, value));
}

/// The lanes of a list that has `rest` more elements.
TARGET static inline __mmask16 lanes_of(size_t rest) {
    return rest >= LANES ? 0xffff : (__mmask16)((1u << rest) - 1);
}

/// Entries of programs' common rows where these are the same for every service; lists of all others.
TARGET static inline void find_common(
    const dp_tables *tables, scratch *work, size_t at, __m512i program, __m512i peer, __m512i service) {
    const __m512i low = _mm512_set1_epi32(31), one = _mm512_set1_epi32(1);
    const __m512i numbers = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const dp_hash *hash = &tables->cells;
    __m512i row, entry;
    gather_pairs(tables->programs, program, &row, &entry);
    store(work->entry + at, entry);
    // Only a few services are exceptions to a program's common row.
    row = _mm512_maskz_mov_epi32(_mm512_test_epi32_mask(service, _mm512_set1_epi32(DP_FREQUENT)), row);
    __m512i first = _mm512_add_epi32(scaled(program, hash->group_a), scaled(peer, hash->group_b));
    __m512i second = _mm512_add_epi32(scaled(program, hash->slot_a), scaled(peer, hash->slot_b));
    __m512i word =
        gather32(tables->filter, _mm512_srl_epi32(first, _mm_cvtsi32_si128((int)tables->filter_shift)));
    __m512i bits = _mm512_or_si512(
        _mm512_sllv_epi32(one, _mm512_srli_epi32(second, 27)),
        _mm512_sllv_epi32(one, _mm512_and_si512(_mm512_srli_epi32(second, 22), low)));
    __mmask16 cells = _mm512_cmpeq_epi32_mask(_mm512_and_si512(word, bits), bits);
    __mmask16 rows = _mm512_mask_test_epi32_mask((__mmask16)~cells, row, row);
    __m512i place = _mm512_add_epi32(numbers, _mm512_set1_epi32((int)at));
    size_t count = work->cells.count;
    append(work->cells.place, count, cells, place);
    append(work->cells.program, count, cells, program);
    append(work->cells.peer, count, cells, peer);
    append(work->cells.first, count, cells, first);
    append(work->cells.second, count, cells, second);
    append(work->cells.row, count, cells, row);
    work->cells.count = count + (size_t)__builtin_popcount(cells);
    if (rows) {
        count = work->rows.count;
        append(work->rows.place, count, rows, place);
        append(work->rows.row, count, rows, row);
        work->rows.count = count + (size_t)__builtin_popcount(rows);
    }
}

/// The classes of services of packets that stand at some places of a chunk.
TARGET static inline __m512i services_at(const scratch *work, __m512i place) {
    __m512i service = gather32(work->service, _mm512_and_si512(place, _mm512_set1_epi32(CHUNK - 1)));
    return _mm512_andnot_si512(_mm512_set1_epi32(DP_FREQUENT), service);
}

/// What listed cells say: an entry of their own, or a row; a pair that has no cell keeps its program's row.
TARGET static inline void find_rows(const dp_tables *tables, scratch *work, size_t at) {
    const __m128i class_bits = _mm_cvtsi32_si128((int)tables->class_bits);
    const __m128i row_bits = _mm_cvtsi32_si128((int)tables->row_bits);
    const __m128i entry_bits = _mm_cvtsi32_si128((int)tables->entry_bits);
    const __m512i row_mask = _mm512_set1_epi64((1ll << tables->row_bits) - 1);
    const lookups *list = &work->cells;
    __mmask16 lanes = lanes_of(list->count - at);
    __m512i place = _mm512_maskz_mov_epi32(lanes, load(list->place + at));
    __m512i words = _mm512_slli_epi32(_mm512_maskz_mov_epi32(lanes, load(list->first + at)), 1);
    __m512i program = load(list->program + at), peer = load(list->peer + at);
    __m512i cells[2];
    cells[0] = _mm512_i32gather_epi64(_mm512_castsi512_si256(words), tables->cell_slots, 8);
    cells[1] = _mm512_i32gather_epi64(_mm512_extracti64x4_epi64(words, 1), tables->cell_slots, 8);
    const __m256i programs[2] = {_mm512_castsi512_si256(program), _mm512_extracti64x4_epi64(program, 1)};
    const __m256i peers[2] = {_mm512_castsi512_si256(peer), _mm512_extracti64x4_epi64(peer, 1)};
    __mmask8 hits[2];
    __m256i rows[2];
    for (int half = 0; half < 2; half++) {
        __m512i key = _mm512_or_si512(
            _mm512_sll_epi64(_mm512_cvtepu32_epi64(programs[half]), class_bits), _mm512_cvtepu32_epi64(peers[half]));
        hits[half] = _mm512_cmpeq_epi64_mask(_mm512_srl_epi64(cells[half], row_bits), key);
        rows[half] = _mm512_cvtepi64_epi32(_mm512_and_si512(cells[half], row_mask));
    }
    __mmask16 hit = lanes & (__mmask16)(hits[0] | hits[1] << 8);
    __m512i found = _mm512_inserti64x4(_mm512_castsi256_si512(rows[0]), rows[1], 1);
    __mmask16 own = _mm512_mask_testn_epi32_mask(hit, found, found);
    __m512i row = _mm512_mask_mov_epi32(load(list->row + at), hit & (__mmask16)~own, found);
    if (own) {
        __m512i first, second, service = services_at(work, place);
        gather_pairs((const uint64_t *)(const void *)tables->cell_slots + 1, words, &first, &second);
        __mmask16 is_first = _mm512_mask_cmpeq_epi32_mask(own, _mm512_srl_epi32(first, entry_bits), service);
        __mmask16 is_second = _mm512_mask_cmpeq_epi32_mask(own, _mm512_srl_epi32(second, entry_bits), service);
        __m512i entry = _mm512_and_si512(
            _mm512_mask_mov_epi32(second, is_first, first), _mm512_set1_epi32((int)((1u << tables->entry_bits) - 1)));
        _mm512_mask_i32scatter_epi32(work->entry, is_first | is_second, place, entry, 4);
        lanes &= (__mmask16)~(is_first | is_second);
    }
    __mmask16 others = _mm512_mask_test_epi32_mask(lanes, row, row);
    size_t count = work->rows.count;
    append(work->rows.place, count, others, place);
    append(work->rows.row, count, others, row);
    work->rows.count = count + (size_t)__builtin_popcount(others);
}

/// The entries of listed rows.
TARGET static inline void find_entries(const dp_tables *tables, scratch *work, size_t at) {
    const lookups *list = &work->rows;
    __mmask16 lanes = lanes_of(list->count - at);
    __m512i row = _mm512_maskz_mov_epi32(lanes, load(list->row + at));
    __m512i place = _mm512_maskz_mov_epi32(lanes, load(list->place + at));
    __m512i service = services_at(work, place);
    // Nothing is answered without a class.
    lanes = _mm512_mask_cmpneq_epi32_mask(lanes, service, _mm512_set1_epi32(DP_NO_SERVICE & ~DP_FREQUENT));
    service = _mm512_maskz_mov_epi32(lanes, service);
    __m512i start = _mm512_srli_epi32(row, 1), owner, entry;
    gather_pairs(tables->rows, _mm512_add_epi32(start, service), &owner, &entry);
    __mmask16 found = _mm512_mask_cmpeq_epi32_mask(lanes, owner, start);
    __mmask16 common = _mm512_mask_test_epi32_mask(lanes & (__mmask16)~found, row, _mm512_set1_epi32(1));
    entry = _mm512_mask_i32gather_epi32(entry, common, start, &tables->rows->entry, 8);
    _mm512_mask_i32scatter_epi32(work->entry, found | common, place, entry, 4);
}

TARGET static void classify_chunk(
    const dp_tables *tables, scratch *work, const uint32_t *sources, const uint32_t *destinations,
    const uint32_t *services, uint32_t *egress, uint32_t *ingress, uint32_t *source_records,
    uint32_t *destination_records, size_t count) {
    for (size_t at = 0; at < count; at += LANES) {
        store(source_records + at, address_slot(&tables->addresses, load(sources + at)));
        store(destination_records + at, address_slot(&tables->addresses, load(destinations + at)));
        store(work->service + at, find_service(tables, load(services + at)));
    }
    // A source's program is asked about the destination's class, and the other way round.
    for (size_t at = 0; at < count; at += LANES) {
        __m512i peer, program;
        __m512i record = find_records(tables, load(sources + at), source_records + at, 2, &peer, &program);
        store(source_records + at, record);
        store(work->peer + CHUNK + at, peer);
        store(work->program + at, program);
        record = find_records(tables, load(destinations + at), destination_records + at, 3, &peer, &program);
        store(destination_records + at, record);
        store(work->peer + at, peer);
        store(work->program + CHUNK + at, program);
    }
    work->cells.count = 0;
    work->rows.count = 0;
    for (size_t at = 0; at < count; at += LANES) {
        __m512i service = load(work->service + at);
        for (size_t end = 0; end <= CHUNK; end += CHUNK) {
            find_common(tables, work, end + at, load(work->program + end + at), load(work->peer + end + at), service);
        }
    }
    for (size_t at = 0; at < work->cells.count; at += LANES) {
        __mmask16 lanes = lanes_of(work->cells.count - at);
        __m512i first = _mm512_maskz_mov_epi32(lanes, load(work->cells.first + at));
        store(work->cells.first + at, slot(&tables->cells, first, load(work->cells.second + at)));
    }
    for (size_t at = 0; at < work->cells.count; at += LANES) find_rows(tables, work, at);
    for (size_t at = 0; at < work->rows.count; at += LANES) find_entries(tables, work, at);
    const __m512i action = _mm512_set1_epi32(3), not_asked = action;
    for (size_t at = 0; at < count; at += LANES) {
        __m512i out = load(work->entry + at), in = load(work->entry + CHUNK + at);
        __mmask16 evaluated =
            _mm512_cmpeq_epi32_mask(load(work->service + at), _mm512_set1_epi32(DP_NO_SERVICE));
        evaluated |= _mm512_cmpeq_epi32_mask(load(sources + at), load(destinations + at));
        evaluated |= _mm512_testn_epi32_mask(load(work->program + CHUNK + at), _mm512_set1_epi32(-1));
        evaluated |= _mm512_testn_epi32_mask(out, action);
        __mmask16 denied = _mm512_cmpeq_epi32_mask(_mm512_and_si512(out, action), _mm512_set1_epi32(2));
        in = _mm512_mask_mov_epi32(in, denied, not_asked);
        evaluated |= _mm512_testn_epi32_mask(in, action);
        evaluated |= _mm512_cmpeq_epi32_mask(out, not_asked) & _mm512_cmpeq_epi32_mask(in, not_asked);
        store(egress + at, _mm512_maskz_mov_epi32((__mmask16)~evaluated, out));
        store(ingress + at, _mm512_maskz_mov_epi32((__mmask16)~evaluated, in));
    }
}

TARGET void dp_classify_avx512(const dp_tables *tables, const dp_batch *batch) {
    scratch work;
    size_t done = 0;
    while (batch->count - done >= LANES) {
        size_t count = batch->count - done;
        count = count > CHUNK ? CHUNK : count - count % LANES;
        classify_chunk(
            tables, &work, batch->sources + done, batch->destinations + done, batch->services + done,
            batch->egress + done, batch->ingress + done, batch->source_records + done,
            batch->destination_records + done, count);
        done += count;
    }
    if (done == batch->count) return;
    // The rest, in a chunk of one vector.
    uint32_t keys[3][LANES] = {{0}}, answers[4][LANES];
    size_t rest = batch->count - done;
    for (size_t index = 0; index < rest; index++) {
        keys[0][index] = batch->sources[done + index];
        keys[1][index] = batch->destinations[done + index];
        keys[2][index] = batch->services[done + index];
    }
    classify_chunk(
        tables, &work, keys[0], keys[1], keys[2], answers[0], answers[1], answers[2], answers[3], LANES);
    for (size_t index = 0; index < rest; index++) {
        batch->egress[done + index] = answers[0][index];
        batch->ingress[done + index] = answers[1][index];
        batch->source_records[done + index] = answers[2][index];
        batch->destination_records[done + index] = answers[3][index];
    }
}

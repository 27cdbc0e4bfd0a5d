// Sixteen packets per vector, one stage per loop over a chunk: the gathers of a stage don't depend on each other, so
// that the cache misses of a whole chunk overlap.

#include "cached.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2")))
#define LANES 16

/// Arrays of a list may be written a vector at a time.
#define LIST (2 * CHUNK + LANES)

/// Addresses of a chunk that have no record of their own, packed. A place is a packet's number in the chunk, for its
/// destination CHUNK more.
typedef struct addresses {
    size_t count;
    uint32_t place[LIST], address[LIST], slot[LIST], record[LIST];
} addresses;

/// Pairs of program and peer that may have a cell, packed. A place is a packet's number, for its ingress CHUNK more.
typedef struct pairs {
    size_t count;
    uint32_t place[LIST], program[LIST], peer[LIST], first[LIST], second[LIST];
    /// The program's row and the column's.
    uint32_t common[LIST], row[LIST];
} pairs;

/// Rows to look into, packed.
typedef struct rows {
    size_t count;
    uint32_t place[LIST], row[LIST];
} rows;

/// What stands between the stages, per packet of a chunk; of destinations and ingress behind sources and egress.
typedef struct scratch {
    uint32_t peer[2 * CHUNK], program[2 * CHUNK];
    uint32_t service[CHUNK];
    uint32_t entry[2 * CHUNK];
    /// Peer and service as pairs of programs have them; which pair that is.
    uint32_t key[2 * CHUNK], pair[2 * CHUNK];
    addresses shared;
    pairs pairs;
    /// Programs' rows, and those of columns and cells, which come before them.
    rows common, own;
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

/// The numbers of records, by the longest block around an address.
TARGET static __m512i trie_records(const uint32_t *trie, __m512i address, __mmask16 lanes) {
    const __m512i byte = _mm512_set1_epi32(255), leaf = _mm512_set1_epi32((int)DP_LEAF);
    __m512i entry = _mm512_mask_i32gather_epi32(leaf, lanes, _mm512_srli_epi32(address, 16), trie, 4);
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

/// Four rows of 16 bytes, the first words of each first.
TARGET static inline __m512i four_rows(const void *rows, const uint32_t *numbers) {
    const __m128i *base = rows;
    __m512i found = _mm512_castsi128_si512(_mm_load_si128(base + numbers[0]));
    found = _mm512_inserti32x4(found, _mm_load_si128(base + numbers[4]), 1);
    found = _mm512_inserti32x4(found, _mm_load_si128(base + numbers[8]), 2);
    return _mm512_inserti32x4(found, _mm_load_si128(base + numbers[12]), 3);
}

/// The four words of sixteen rows: loaded whole and transposed, a third fewer instructions than gathers of three.
TARGET static inline void transpose(const void *rows, const uint32_t *numbers, __m512i words[4]) {
    __m512i a = four_rows(rows, numbers), b = four_rows(rows, numbers + 1);
    __m512i c = four_rows(rows, numbers + 2), d = four_rows(rows, numbers + 3);
    __m512i ab = _mm512_unpacklo_epi32(a, b), cd = _mm512_unpacklo_epi32(c, d);
    words[0] = _mm512_unpacklo_epi64(ab, cd);
    words[1] = _mm512_unpackhi_epi64(ab, cd);
    ab = _mm512_unpackhi_epi32(a, b), cd = _mm512_unpackhi_epi32(c, d);
    words[2] = _mm512_unpacklo_epi64(ab, cd);
    words[3] = _mm512_unpackhi_epi64(ab, cd);
}

/// Appends the lanes of `mask` to an array of which `count` elements are taken.
TARGET static inline void append(uint32_t *to, size_t count, __mmask16 mask, __m512i value) {
    store(to + count, _mm512_maskz_compress_epi32(mask, value));
}

/// The lanes of a list that has `rest` more elements.
TARGET static inline __mmask16 lanes_of(size_t rest) {
    return rest >= LANES ? 0xffff : (__mmask16)((1u << rest) - 1);
}

TARGET static inline __m512i places_from(size_t at) {
    const __m512i numbers = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return _mm512_add_epi32(numbers, _mm512_set1_epi32((int)at));
}

/// Class and program of sixteen addresses, those listed that have no record of their own.
TARGET static inline void find_records(
    const dp_tables *tables, scratch *work, size_t at, __m512i address, const uint32_t *slots) {
    __m512i record[4];
    transpose(tables->records, slots, record);
    // A source's program is asked about the destination's class, and the other way round.
    store(work->peer + (at ^ CHUNK), record[1]);
    store(work->program + at, at < CHUNK ? record[2] : record[3]);
    __mmask16 shared = _mm512_cmpneq_epi32_mask(record[0], address);
    size_t count = work->shared.count;
    append(work->shared.place, count, shared, places_from(at));
    append(work->shared.address, count, shared, address);
    work->shared.count = count + (size_t)__builtin_popcount(shared);
}

/// The slots of listed addresses, whose cache lines are asked for at once.
TARGET static inline void find_slots(const dp_tables *tables, scratch *work, size_t at) {
    addresses *list = &work->shared;
    __mmask16 lanes = lanes_of(list->count - at);
    store(list->slot + at, address_slot(&tables->singles, _mm512_maskz_mov_epi32(lanes, load(list->address + at))));
    for (size_t lane = 0; lane < LANES; lane++) dp_prefetch(tables->single_slots + list->slot[at + lane]);
}

/// The numbers of the records of listed addresses.
TARGET static inline void find_numbers(const dp_tables *tables, scratch *work, size_t at) {
    addresses *list = &work->shared;
    __mmask16 lanes = lanes_of(list->count - at);
    __m512i address = load(list->address + at), owner, record;
    gather_pairs(tables->single_slots, load(list->slot + at), &owner, &record);
    __mmask16 others = _mm512_mask_cmpneq_epi32_mask(lanes, owner, address);
    if (others) record = _mm512_mask_mov_epi32(record, others, trie_records(tables->trie, address, others));
    store(list->record + at, record);
}

/// Class and program of listed addresses.
TARGET static inline void find_shared(const dp_tables *tables, scratch *work, size_t at) {
    const addresses *list = &work->shared;
    __mmask16 lanes = lanes_of(list->count - at);
    __m512i place = _mm512_maskz_mov_epi32(lanes, load(list->place + at));
    __m512i words = _mm512_slli_epi32(_mm512_maskz_mov_epi32(lanes, load(list->record + at)), 2);
    const uint32_t *peers = &tables->records->peer, *programs = &tables->records->egress;
    _mm512_mask_i32scatter_epi32(
        work->peer, lanes, _mm512_xor_si512(place, _mm512_set1_epi32(CHUNK)), gather32(peers, words), 4);
    // Behind egress stands ingress.
    words = _mm512_mask_add_epi32(
        words, _mm512_test_epi32_mask(place, _mm512_set1_epi32(CHUNK)), words, _mm512_set1_epi32(1));
    _mm512_mask_i32scatter_epi32(work->program, lanes, place, gather32(programs, words), 4);
}

TARGET static inline __m512i find_service(const dp_tables *tables, __m512i service) {
    __m512i page = _mm512_min_epu32(_mm512_srli_epi32(service, 8), _mm512_set1_epi32(DP_LAST_PAGE));
    __m512i block = _mm512_slli_epi32(gather32(tables->service_pages, page), 8);
    __m512i index = _mm512_or_si512(block, _mm512_and_si512(service, _mm512_set1_epi32(255)));
    return gather16(tables->service_classes, index);
}

TARGET static inline void append_row(rows *list, __mmask16 mask, __m512i place, __m512i row) {
    if (!mask) return;
    append(list->place, list->count, mask, place);
    append(list->row, list->count, mask, row);
    list->count += (size_t)__builtin_popcount(mask);
}

/// Lists what can still change the entry of some lanes: exceptions of their column or cell, and where that leaves the
/// rest to the program, those of its row.
TARGET static inline void append_rows(scratch *work, __mmask16 lanes, __m512i place, __m512i common, __m512i own) {
    __mmask16 open = _mm512_mask_testn_epi32_mask(lanes, own, _mm512_set1_epi32(1));
    append_row(&work->common, _mm512_mask_test_epi32_mask(open, common, common), place, common);
    append_row(&work->own, _mm512_mask_test_epi32_mask(lanes, own, own), place, own);
}

TARGET static inline __m512i entry_of_direct(__m512i row) {
    return _mm512_andnot_si512(_mm512_set1_epi32((int)DP_DIRECT), row);
}

/// Lists the lanes of `asked` that may have a cell, and returns them.
TARGET static __mmask16 append_pairs(
    const dp_tables *tables, scratch *work, __mmask16 asked, __m512i place, __m512i program, __m512i peer,
    __m512i common, __m512i row) {
    const __m512i low = _mm512_set1_epi32(31), one = _mm512_set1_epi32(1);
    const dp_hash *hash = &tables->cells;
    __m512i first = _mm512_add_epi32(scaled(program, hash->group_a), scaled(peer, hash->group_b));
    __m512i second = _mm512_add_epi32(scaled(program, hash->slot_a), scaled(peer, hash->slot_b));
    __m512i index = _mm512_srl_epi32(first, _mm_cvtsi32_si128((int)tables->filter_shift));
    __m512i word = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), asked, index, tables->filter, 4);
    __m512i bits = _mm512_or_si512(
        _mm512_sllv_epi32(one, _mm512_srli_epi32(second, 27)),
        _mm512_sllv_epi32(one, _mm512_and_si512(_mm512_srli_epi32(second, 22), low)));
    __mmask16 listed = _mm512_mask_cmpeq_epi32_mask(asked, _mm512_and_si512(word, bits), bits);
    if (!listed) return 0;
    pairs *list = &work->pairs;
    append(list->place, list->count, listed, place);
    append(list->program, list->count, listed, program);
    append(list->peer, list->count, listed, peer);
    append(list->first, list->count, listed, first);
    append(list->second, list->count, listed, second);
    append(list->common, list->count, listed, common);
    append(list->row, list->count, listed, row);
    list->count += (size_t)__builtin_popcount(listed);
    return listed;
}

/// The place of each packet's key among its program's pairs; NO_PAIR where it is none. A loop of its own: what is stored
/// word by word can't be loaded as a vector at once.
TARGET static inline void find_pairs(const dp_program *programs, scratch *work, size_t first, size_t count) {
    for (size_t at = first; at < first + count; at++) {
        __m256i pairs = _mm256_load_si256((const __m256i *)(const void *)programs[work->program[at]].pairs);
        unsigned hit = _mm256_cmpeq_epi32_mask(pairs, _mm256_set1_epi32((int)work->key[at]));
        work->pair[at] = (uint32_t)__builtin_ctz(hit | 1u << NO_PAIR);
    }
}

/// Entries of programs' pairs and common rows, and of direct rows of columns; lists of all others.
TARGET static inline void find_common(
    const dp_tables *tables, scratch *work, size_t at, __m512i program, __m512i peer, __m512i service) {
    const __m512i none = _mm512_setzero_si512();
    __m512i pair = load(work->pair + at);
    __mmask16 open = _mm512_cmpeq_epi32_mask(pair, _mm512_set1_epi32(NO_PAIR));
    __m512i column = _mm512_srl_epi32(peer, _mm_cvtsi32_si128((int)tables->column_shift));
    __m512i row = _mm512_mask_i32gather_epi32(
        none, open, _mm512_add_epi32(scaled(program, tables->columns), column), tables->matrix, 4);
    __m512i words = _mm512_slli_epi32(program, 4);
    const uint32_t *base = tables->programs->pairs;
    __m512i entry = gather32(base + ENTRY_WORD, _mm512_add_epi32(words, pair));
    // Only a few services are exceptions to a program's common row.
    __mmask16 frequent = _mm512_mask_test_epi32_mask(open, service, _mm512_set1_epi32(DP_FREQUENT));
    __m512i common = none;
    if (tables->has_cells || frequent) common = _mm512_mask_i32gather_epi32(none, open, words, base + ROW_WORD, 4);
    __mmask16 direct = open & _mm512_movepi32_mask(row);
    __mmask16 asked = open & _mm512_movepi32_mask(common);
    common = _mm512_andnot_si512(_mm512_set1_epi32((int)DP_HAS_CELLS), common);
    common = _mm512_maskz_mov_epi32(frequent, common);
    __m512i place = places_from(at);
    if (asked) asked = append_pairs(tables, work, asked, place, program, peer, common, row);
    direct &= (__mmask16)~asked;
    store(work->entry + at, _mm512_mask_mov_epi32(entry, direct, entry_of_direct(row)));
    append_rows(work, open & (__mmask16)~(asked | direct), place, common, row);
}

/// The classes of services of packets that stand at some places of a chunk.
TARGET static inline __m512i services_at(const scratch *work, __m512i place) {
    __m512i service = gather32(work->service, _mm512_and_si512(place, _mm512_set1_epi32(CHUNK - 1)));
    return _mm512_andnot_si512(_mm512_set1_epi32(DP_FREQUENT), service);
}

/// Sixteen cells against their pairs: which are theirs, and their rows.
TARGET static inline __mmask16 match_cells(
    const dp_tables *tables, __m512i words, __m512i program, __m512i peer, __m512i *row) {
    const __m128i peer_bits = _mm_cvtsi32_si128((int)tables->peer_bits);
    const __m128i row_bits = _mm_cvtsi32_si128((int)tables->row_bits);
    const __m512i row_mask = _mm512_set1_epi64((1ll << tables->row_bits) - 1);
    const __m256i places[2] = {_mm512_castsi512_si256(words), _mm512_extracti64x4_epi64(words, 1)};
    const __m256i programs[2] = {_mm512_castsi512_si256(program), _mm512_extracti64x4_epi64(program, 1)};
    const __m256i peers[2] = {_mm512_castsi512_si256(peer), _mm512_extracti64x4_epi64(peer, 1)};
    __mmask8 hits[2];
    __m256i rows[2];
    for (int half = 0; half < 2; half++) {
        __m512i cell = _mm512_i32gather_epi64(places[half], tables->cell_slots, 8);
        __m512i key = _mm512_or_si512(
            _mm512_sll_epi64(_mm512_cvtepu32_epi64(programs[half]), peer_bits), _mm512_cvtepu32_epi64(peers[half]));
        hits[half] = _mm512_cmpeq_epi64_mask(_mm512_srl_epi64(cell, row_bits), key);
        rows[half] = _mm512_cvtepi64_epi32(_mm512_and_si512(cell, row_mask));
    }
    *row = _mm512_inserti64x4(_mm512_castsi256_si512(rows[0]), rows[1], 1);
    return (__mmask16)(hits[0] | hits[1] << 8);
}

/// What listed cells say: entries of their own, or a row; a pair that has no cell keeps its column's row.
TARGET static inline void find_cells(const dp_tables *tables, scratch *work, size_t at) {
    const pairs *list = &work->pairs;
    __mmask16 lanes = lanes_of(list->count - at);
    __m512i place = _mm512_maskz_mov_epi32(lanes, load(list->place + at));
    __m512i words = _mm512_slli_epi32(_mm512_maskz_mov_epi32(lanes, load(list->first + at)), 1);
    __m512i found;
    __mmask16 hit = lanes & match_cells(tables, words, load(list->program + at), load(list->peer + at), &found);
    __m512i row = _mm512_mask_mov_epi32(load(list->row + at), hit, found);
    __mmask16 direct = lanes & (__mmask16)~hit & _mm512_movepi32_mask(row);
    __m512i entry = entry_of_direct(row);
    __mmask16 few = _mm512_mask_testn_epi32_mask(hit, found, found);
    __mmask16 single = _mm512_mask_cmpeq_epi32_mask(hit, found, _mm512_set1_epi32(DP_CELL_DIRECT));
    if (few | single) {
        const __m128i entry_bits = _mm_cvtsi32_si128((int)tables->entry_bits);
        const __m512i entry_mask = _mm512_set1_epi32((int)((1u << tables->entry_bits) - 1));
        __m512i first, second, service = services_at(work, place);
        gather_pairs(&tables->cell_slots->first, words, &first, &second);
        __mmask16 is_first = _mm512_mask_cmpeq_epi32_mask(few, _mm512_srl_epi32(first, entry_bits), service);
        __mmask16 is_second = _mm512_mask_cmpeq_epi32_mask(few, _mm512_srl_epi32(second, entry_bits), service);
        entry = _mm512_mask_mov_epi32(entry, single, first);
        entry = _mm512_mask_and_epi32(entry, is_second, second, entry_mask);
        entry = _mm512_mask_and_epi32(entry, is_first, first, entry_mask);
        direct |= single | is_first | is_second;
    }
    _mm512_mask_i32scatter_epi32(work->entry, direct, place, entry, 4);
    append_rows(work, lanes & (__mmask16)~direct, place, load(list->common + at), row);
}

/// The entries of listed rows.
TARGET static inline void find_entries(const dp_tables *tables, scratch *work, const rows *list, size_t at) {
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

/// Both ends' entries together: what is evaluated, and what was not asked.
TARGET static inline void settle(const scratch *work, size_t at, uint32_t *egress, uint32_t *ingress) {
    const __m512i action = _mm512_set1_epi32(3), not_asked = action;
    __m512i out = load(work->entry + at), in = load(work->entry + CHUNK + at);
    __mmask16 evaluated = _mm512_cmpeq_epi32_mask(load(work->service + at), _mm512_set1_epi32(DP_NO_SERVICE));
    evaluated |= _mm512_testn_epi32_mask(load(work->program + CHUNK + at), _mm512_set1_epi32(-1));
    evaluated |= _mm512_testn_epi32_mask(out, action);
    __mmask16 denied = _mm512_cmpeq_epi32_mask(_mm512_and_si512(out, action), _mm512_set1_epi32(2));
    in = _mm512_mask_mov_epi32(in, denied, not_asked);
    evaluated |= _mm512_testn_epi32_mask(in, action);
    evaluated |= _mm512_cmpeq_epi32_mask(out, not_asked) & _mm512_cmpeq_epi32_mask(in, not_asked);
    store(egress + at, _mm512_maskz_mov_epi32((__mmask16)~evaluated, out));
    store(ingress + at, _mm512_maskz_mov_epi32((__mmask16)~evaluated, in));
}

TARGET static void classify_chunk_avx512(
    const dp_tables *tables, void *memory, const uint32_t *sources, const uint32_t *destinations,
    const uint32_t *services, uint32_t *egress, uint32_t *ingress, size_t count) {
    scratch *work = memory;
    // Slots stand where entries will.
    uint32_t *slots = work->entry;
    for (size_t at = 0; at < count; at += LANES) {
        store(slots + at, address_slot(&tables->addresses, load(sources + at)));
        store(slots + CHUNK + at, address_slot(&tables->addresses, load(destinations + at)));
    }
    work->shared.count = work->pairs.count = work->common.count = work->own.count = 0;
    for (size_t at = 0; at < count; at += LANES) {
        find_records(tables, work, at, load(sources + at), slots + at);
        find_records(tables, work, CHUNK + at, load(destinations + at), slots + CHUNK + at);
    }
    for (size_t at = 0; at < work->shared.count; at += LANES) find_slots(tables, work, at);
    for (size_t at = 0; at < count; at += LANES) store(work->service + at, find_service(tables, load(services + at)));
    for (size_t at = 0; at < work->shared.count; at += LANES) find_numbers(tables, work, at);
    for (size_t at = 0; at < work->shared.count; at += LANES) find_shared(tables, work, at);
    const __m128i service_bits = _mm_cvtsi32_si128((int)tables->service_bits);
    for (size_t at = 0; at < count; at += LANES) {
        __m512i number = _mm512_andnot_si512(_mm512_set1_epi32(DP_FREQUENT), load(work->service + at));
        for (size_t end = 0; end <= CHUNK; end += CHUNK) {
            __m512i peer = _mm512_sll_epi32(load(work->peer + end + at), service_bits);
            store(work->key + end + at, _mm512_or_si512(peer, number));
        }
    }
    find_pairs(tables->programs, work, 0, count);
    find_pairs(tables->programs, work, CHUNK, count);
    for (size_t at = 0; at < count; at += LANES) {
        __m512i service = load(work->service + at);
        for (size_t end = 0; end <= CHUNK; end += CHUNK) {
            find_common(tables, work, end + at, load(work->program + end + at), load(work->peer + end + at), service);
        }
    }
    for (size_t at = 0; at < work->pairs.count; at += LANES) {
        __mmask16 lanes = lanes_of(work->pairs.count - at);
        __m512i first = _mm512_maskz_mov_epi32(lanes, load(work->pairs.first + at));
        store(work->pairs.first + at, slot(&tables->cells, first, load(work->pairs.second + at)));
    }
    for (size_t at = 0; at < work->pairs.count; at += LANES) find_cells(tables, work, at);
    for (size_t at = 0; at < work->common.count; at += LANES) find_entries(tables, work, &work->common, at);
    for (size_t at = 0; at < work->own.count; at += LANES) find_entries(tables, work, &work->own, at);
    for (size_t at = 0; at < count; at += LANES) settle(work, at, egress, ingress);
}

void dp_classify_avx512(const dp_tables *tables, const dp_batch *batch) {
    scratch work;
    classify_batch(tables, &work, batch, LANES, classify_chunk_avx512);
}

TARGET void find_known_avx512(
    const dp_tables *tables, const dp_batch *batch, const dp_cache *cache, lookups *found) {
    const __m128i shift = _mm_cvtsi32_si128((int)cache->shift);
    const __m512i mask = _mm512_set1_epi32(ENTRY_MASK);
    const uint32_t *sources = batch->sources, *destinations = batch->destinations, *services = batch->services;
    size_t whole = batch->count - batch->count % LANES, missing = 0;
    for (size_t at = 0; at < whole; at += LANES) {
        __m512i class = find_service(tables, load(services + at));
        __m512i hash = _mm512_add_epi32(
            _mm512_add_epi32(scaled(load(sources + at), SLOT_SOURCE), scaled(load(destinations + at), SLOT_DESTINATION)),
            scaled(class, SLOT_CLASS));
        store(found->classes + at, class);
        store(found->slots + at, _mm512_srl_epi32(hash, shift));
    }
    for (size_t at = 0; at < whole; at += LANES) {
        __m512i slot[4];
        transpose(cache->slots, found->slots + at, slot);
        __m512i class = _mm512_or_si512(
            _mm512_srli_epi32(slot[2], ENTRY_BITS), _mm512_slli_epi32(_mm512_srli_epi32(slot[3], ENTRY_BITS), 8));
        __mmask16 unknown = _mm512_cmpneq_epi32_mask(slot[0], load(sources + at)) |
                            _mm512_cmpneq_epi32_mask(slot[1], load(destinations + at)) |
                            _mm512_cmpneq_epi32_mask(class, load(found->classes + at));
        store(batch->egress + at, _mm512_and_si512(slot[2], mask));
        store(batch->ingress + at, _mm512_and_si512(slot[3], mask));
        append(found->places, missing, unknown, places_from(at));
        missing += (size_t)__builtin_popcount(unknown);
    }
    found->missing = missing;
    for (size_t index = whole; index < batch->count; index++) {
        find_packet(tables, batch, cache, found, index);
        compare_packet(batch, cache, found, index);
    }
}

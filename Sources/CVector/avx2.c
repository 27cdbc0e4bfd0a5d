// Eight packets per vector, one stage per loop over a chunk, as in avx512.c. Without compression of lanes every entry
// takes every stage, with masks instead of lists.

#include "chunks.h"

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define LANES 8

/// What stands between the stages, per packet of a chunk; of ingress behind egress.
typedef struct scratch {
    uint32_t peer[2 * CHUNK], program[2 * CHUNK];
    uint32_t service[CHUNK];
    /// Rows of programs, and of columns or cells, which come before them.
    uint32_t entry[2 * CHUNK], common[2 * CHUNK], row[2 * CHUNK], place[2 * CHUNK];
} scratch;

TARGET static inline __m256i load(const uint32_t *from) { return _mm256_loadu_si256((const __m256i *)from); }
TARGET static inline void store(uint32_t *to, __m256i value) { _mm256_storeu_si256((__m256i *)to, value); }
TARGET static inline __m256i both(uint32_t value) { return _mm256_set1_epi32((int)value); }

TARGET static inline __m256i not_lanes(__m256i mask) { return _mm256_xor_si256(mask, both(UINT32_MAX)); }

/// `yes` where the mask is set.
TARGET static inline __m256i choose(__m256i mask, __m256i yes, __m256i no) { return _mm256_blendv_epi8(no, yes, mask); }

TARGET static inline __m256i is_zero(__m256i value) { return _mm256_cmpeq_epi32(value, _mm256_setzero_si256()); }

TARGET static inline __m256i gather32(const void *base, __m256i index) {
    return _mm256_i32gather_epi32((const int *)base, index, 4);
}

/// Two bytes beside the last element are read, too.
TARGET static inline __m256i gather16(const uint16_t *base, __m256i index) {
    return _mm256_and_si256(_mm256_i32gather_epi32((const int *)(const void *)base, index, 2), both(0xffff));
}

/// A word of elements of 8 bytes, where the mask is set.
TARGET static inline __m256i gather_some(__m256i otherwise, __m256i mask, const void *base, __m256i index) {
    return _mm256_mask_i32gather_epi32(otherwise, (const int *)base, index, mask, 8);
}

/// The high words of eight products.
TARGET static inline __m256i multiply_high(__m256i a, __m256i b) {
    __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(a, b), 32);
    __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b);
    return _mm256_blend_epi32(even, odd, 0xaa);
}

TARGET static inline __m256i scaled(__m256i number, uint32_t factor) {
    return _mm256_mullo_epi32(number, both(factor));
}

TARGET static inline __m256i slot(const dp_hash *hash, __m256i first, __m256i second) {
    __m256i group = _mm256_srl_epi32(first, _mm_cvtsi32_si128((int)hash->group_shift));
    __m256i place = _mm256_xor_si256(second, gather16(hash->displacements, group));
    return multiply_high(scaled(place, hash->spread), both(hash->slot_count));
}

TARGET static inline __m256i address_slot(const dp_hash *hash, __m256i address) {
    return slot(hash, scaled(address, hash->group_a), scaled(address, hash->slot_a));
}

TARGET static inline __m256i find_service(const dp_tables *tables, __m256i service) {
    __m256i page = _mm256_min_epu32(_mm256_srli_epi32(service, 8), both(DP_LAST_PAGE));
    __m256i block = _mm256_slli_epi32(gather32(tables->service_pages, page), 8);
    return gather16(tables->service_classes, _mm256_or_si256(block, _mm256_and_si256(service, both(255))));
}

/// The numbers of records, by the longest block around an address; `otherwise` where the mask is clear.
TARGET static __m256i trie_records(const uint32_t *trie, __m256i address, __m256i lanes, __m256i otherwise) {
    const __m256i byte = both(255), leaf = both(DP_LEAF);
    const int *base = (const int *)trie;
    __m256i entry = _mm256_mask_i32gather_epi32(leaf, base, _mm256_srli_epi32(address, 16), lanes, 4);
    __m256i inner = is_zero(_mm256_and_si256(entry, leaf));
    __m256i index = _mm256_add_epi32(entry, _mm256_and_si256(_mm256_srli_epi32(address, 8), byte));
    entry = _mm256_mask_i32gather_epi32(entry, base, index, inner, 4);
    inner = is_zero(_mm256_and_si256(entry, leaf));
    index = _mm256_add_epi32(entry, _mm256_and_si256(address, byte));
    entry = _mm256_mask_i32gather_epi32(entry, base, index, inner, 4);
    return choose(lanes, _mm256_andnot_si256(leaf, entry), otherwise);
}

/// The same of addresses that have no record of their own.
TARGET static __m256i shared_records(const dp_tables *tables, __m256i address, __m256i lanes) {
    __m256i slots = address_slot(&tables->singles, address);
    __m256i owner = gather_some(both(0), lanes, &tables->single_slots->address, slots);
    __m256i record = gather_some(both(0), lanes, &tables->single_slots->record, slots);
    __m256i others = _mm256_andnot_si256(_mm256_cmpeq_epi32(owner, address), lanes);
    if (!_mm256_movemask_epi8(others)) return record;
    return trie_records(tables->trie, address, others, record);
}

/// Class and program of eight addresses at their slots; `word` is the program's place in the record.
TARGET static inline void find_records(
    const dp_tables *tables, __m256i address, __m256i slots, int word, uint32_t *peer, uint32_t *program) {
    const uint32_t *words = (const uint32_t *)tables->records;
    __m256i own = _mm256_cmpeq_epi32(gather32(words, _mm256_slli_epi32(slots, 2)), address);
    if (_mm256_movemask_epi8(own) != -1) {
        slots = choose(own, slots, shared_records(tables, address, not_lanes(own)));
    }
    store(peer, gather32(words + 1, _mm256_slli_epi32(slots, 2)));
    store(program, gather32(words + word, _mm256_slli_epi32(slots, 2)));
}

/// The places of eight keys among their programs' pairs; NO_PAIR where they are none.
TARGET static inline __m256i find_pairs(const dp_program *programs, const uint32_t *numbers, __m256i key) {
    uint32_t keys[LANES], found[LANES];
    store(keys, key);
    for (int lane = 0; lane < LANES; lane++) {
        __m256i pairs = _mm256_load_si256((const __m256i *)(const void *)programs[numbers[lane]].pairs);
        __m256i same = _mm256_cmpeq_epi32(pairs, both(keys[lane]));
        unsigned hit = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same));
        found[lane] = (uint32_t)__builtin_ctz(hit | 1u << NO_PAIR);
    }
    return load(found);
}

/// The entries of programs' pairs and common rows; the rows of columns, and the places of the cells that might tell of
/// others.
TARGET static inline void find_common(const dp_tables *tables, scratch *work, size_t at, __m256i service) {
    const dp_hash *hash = &tables->cells;
    __m256i program = load(work->program + at), peer = load(work->peer + at);
    __m256i number = _mm256_andnot_si256(both(DP_FREQUENT), service);
    __m256i key = _mm256_or_si256(_mm256_sll_epi32(peer, _mm_cvtsi32_si128((int)tables->service_bits)), number);
    __m256i pair = find_pairs(tables->programs, work->program + at, key);
    __m256i words = _mm256_slli_epi32(program, 4);
    const uint32_t *base = tables->programs->pairs;
    store(work->entry + at, gather32(base + ENTRY_WORD, _mm256_add_epi32(words, pair)));
    __m256i common = gather32(base + ROW_WORD, words);
    __m256i open = _mm256_cmpeq_epi32(pair, both(NO_PAIR));
    __m256i asked = _mm256_and_si256(open, _mm256_srai_epi32(common, 31));
    // Only a few services are exceptions to a program's common row.
    __m256i seldom = not_lanes(is_zero(_mm256_and_si256(service, both(DP_FREQUENT))));
    common = _mm256_and_si256(_mm256_andnot_si256(both(DP_HAS_CELLS), common), _mm256_and_si256(open, seldom));
    store(work->common + at, common);
    __m256i column = _mm256_srl_epi32(peer, _mm_cvtsi32_si128((int)tables->column_shift));
    __m256i row = gather32(tables->matrix, _mm256_add_epi32(scaled(program, tables->columns), column));
    store(work->row + at, _mm256_and_si256(open, row));
    store(work->place + at, both(UINT32_MAX));
    if (!_mm256_movemask_epi8(asked)) return;
    __m256i first = _mm256_add_epi32(scaled(program, hash->group_a), scaled(peer, hash->group_b));
    __m256i second = _mm256_add_epi32(scaled(program, hash->slot_a), scaled(peer, hash->slot_b));
    __m256i word = gather32(tables->filter, _mm256_srl_epi32(first, _mm_cvtsi32_si128((int)tables->filter_shift)));
    __m256i bits = _mm256_or_si256(
        _mm256_sllv_epi32(both(1), _mm256_srli_epi32(second, 27)),
        _mm256_sllv_epi32(both(1), _mm256_and_si256(_mm256_srli_epi32(second, 22), both(31))));
    __m256i listed = _mm256_and_si256(asked, _mm256_cmpeq_epi32(_mm256_and_si256(word, bits), bits));
    // -1: no cell.
    if (!_mm256_movemask_epi8(listed)) return;
    store(work->place + at, choose(listed, slot(hash, first, second), both(UINT32_MAX)));
}

/// The low words of eight numbers of 64 bits.
TARGET static inline __m256i low_words(__m256i low, __m256i high) {
    const __m256i even = _mm256_set_epi32(7, 5, 3, 1, 6, 4, 2, 0);
    low = _mm256_permutevar8x32_epi32(low, even);
    high = _mm256_permutevar8x32_epi32(high, even);
    return _mm256_permute2x128_si256(low, high, 0x20);
}

/// Four cells against their keys: which match, and their rows.
TARGET static inline __m256i matching(
    const dp_tables *tables, __m128i words, __m128i lanes, __m128i program, __m128i peer, __m256i *row) {
    const __m128i peer_bits = _mm_cvtsi32_si128((int)tables->peer_bits);
    const __m128i row_bits = _mm_cvtsi32_si128((int)tables->row_bits);
    __m256i cell = _mm256_mask_i32gather_epi64(
        _mm256_set1_epi64x(-1), (const long long *)(const void *)tables->cell_slots, words,
        _mm256_cvtepi32_epi64(lanes), 8);
    __m256i key = _mm256_or_si256(
        _mm256_sll_epi64(_mm256_cvtepu32_epi64(program), peer_bits), _mm256_cvtepu32_epi64(peer));
    *row = _mm256_and_si256(cell, _mm256_set1_epi64x((1ll << tables->row_bits) - 1));
    return _mm256_cmpeq_epi64(_mm256_srl_epi64(cell, row_bits), key);
}

/// What cells say: entries of their own, or a row; a pair that has no cell keeps its column's row. Settles entries that
/// do not come out of rows.
TARGET static inline void find_cell(const dp_tables *tables, scratch *work, size_t at, __m256i service) {
    __m256i place = load(work->place + at), row = load(work->row + at), entry = load(work->entry + at);
    __m256i common = load(work->common + at);
    __m256i lanes = not_lanes(_mm256_cmpeq_epi32(place, both(UINT32_MAX)));
    __m256i hit = both(0);
    if (_mm256_movemask_epi8(lanes)) {
        __m256i program = load(work->program + at), peer = load(work->peer + at);
        __m256i words = _mm256_slli_epi32(place, 1), rows[2], hits[2];
        hits[0] = matching(
            tables, _mm256_castsi256_si128(words), _mm256_castsi256_si128(lanes), _mm256_castsi256_si128(program),
            _mm256_castsi256_si128(peer), &rows[0]);
        hits[1] = matching(
            tables, _mm256_extracti128_si256(words, 1), _mm256_extracti128_si256(lanes, 1),
            _mm256_extracti128_si256(program, 1), _mm256_extracti128_si256(peer, 1), &rows[1]);
        hit = _mm256_and_si256(lanes, low_words(hits[0], hits[1]));
        row = choose(hit, low_words(rows[0], rows[1]), row);
        __m256i few = _mm256_and_si256(hit, is_zero(row));
        __m256i single = _mm256_and_si256(hit, _mm256_cmpeq_epi32(row, both(DP_CELL_DIRECT)));
        const __m128i entry_bits = _mm_cvtsi32_si128((int)tables->entry_bits);
        const __m256i entry_mask = both((1u << tables->entry_bits) - 1);
        service = _mm256_andnot_si256(both(DP_FREQUENT), service);
        __m256i first = gather_some(both(0), hit, &tables->cell_slots->first, words);
        __m256i second = gather_some(both(0), hit, &tables->cell_slots->second, words);
        __m256i is_first = _mm256_and_si256(few, _mm256_cmpeq_epi32(_mm256_srl_epi32(first, entry_bits), service));
        __m256i is_second = _mm256_and_si256(few, _mm256_cmpeq_epi32(_mm256_srl_epi32(second, entry_bits), service));
        entry = choose(is_second, _mm256_and_si256(second, entry_mask), entry);
        entry = choose(is_first, _mm256_and_si256(first, entry_mask), entry);
        entry = choose(single, first, entry);
        __m256i settled = _mm256_or_si256(single, _mm256_or_si256(is_first, is_second));
        row = _mm256_andnot_si256(settled, row);
        common = _mm256_andnot_si256(settled, common);
    }
    __m256i direct = _mm256_andnot_si256(hit, _mm256_srai_epi32(row, 31));
    entry = choose(direct, _mm256_andnot_si256(both(DP_DIRECT), row), entry);
    row = _mm256_andnot_si256(direct, row);
    // A row that says something of every service comes before the program's.
    __m256i whole = _mm256_or_si256(direct, not_lanes(is_zero(_mm256_and_si256(row, both(1)))));
    store(work->common + at, _mm256_andnot_si256(whole, common));
    store(work->row + at, row);
    store(work->entry + at, entry);
}

/// The entries of rows; 0 is none.
TARGET static inline __m256i find_entry(const dp_tables *tables, __m256i row, __m256i service, __m256i entry) {
    __m256i lanes = not_lanes(_mm256_or_si256(is_zero(row), _mm256_cmpeq_epi32(service, both(DP_NO_SERVICE))));
    if (!_mm256_movemask_epi8(lanes)) return entry;
    __m256i start = _mm256_srli_epi32(row, 1);
    __m256i index = _mm256_add_epi32(start, _mm256_andnot_si256(both(DP_FREQUENT), service));
    __m256i owner = gather_some(both(UINT32_MAX), lanes, &tables->rows->start, index);
    __m256i found = _mm256_and_si256(lanes, _mm256_cmpeq_epi32(owner, start));
    __m256i hasOwn = not_lanes(is_zero(_mm256_and_si256(row, both(1))));
    __m256i common = _mm256_andnot_si256(found, _mm256_and_si256(lanes, hasOwn));
    entry = gather_some(entry, found, &tables->rows->entry, index);
    return gather_some(entry, common, &tables->rows->entry, start);
}

/// Both ends' entries together: what is evaluated, and what was not asked.
TARGET static inline void settle(const scratch *work, size_t at, uint32_t *egress, uint32_t *ingress) {
    const __m256i action = both(3);
    __m256i out = load(work->entry + at), in = load(work->entry + CHUNK + at);
    __m256i evaluated = _mm256_cmpeq_epi32(load(work->service + at), both(DP_NO_SERVICE));
    evaluated = _mm256_or_si256(evaluated, is_zero(load(work->program + CHUNK + at)));
    evaluated = _mm256_or_si256(evaluated, is_zero(_mm256_and_si256(out, action)));
    in = choose(_mm256_cmpeq_epi32(_mm256_and_si256(out, action), both(2)), action, in);
    evaluated = _mm256_or_si256(evaluated, is_zero(_mm256_and_si256(in, action)));
    __m256i nobody = _mm256_and_si256(_mm256_cmpeq_epi32(out, action), _mm256_cmpeq_epi32(in, action));
    evaluated = _mm256_or_si256(evaluated, nobody);
    store(egress + at, _mm256_andnot_si256(evaluated, out));
    store(ingress + at, _mm256_andnot_si256(evaluated, in));
}

TARGET static void classify_chunk_avx2(
    const dp_tables *tables, void *memory, const uint32_t *sources, const uint32_t *destinations,
    const uint32_t *services, uint32_t *egress, uint32_t *ingress, size_t count) {
    scratch *work = memory;
    // Slots stand where entries will.
    uint32_t *slots = work->entry;
    for (size_t at = 0; at < count; at += LANES) {
        store(slots + at, address_slot(&tables->addresses, load(sources + at)));
        store(slots + CHUNK + at, address_slot(&tables->addresses, load(destinations + at)));
        store(work->service + at, find_service(tables, load(services + at)));
    }
    // A source's program is asked about the destination's class, and the other way round.
    for (size_t at = 0; at < count; at += LANES) {
        find_records(
            tables, load(sources + at), load(slots + at), 2, work->peer + CHUNK + at, work->program + at);
        find_records(
            tables, load(destinations + at), load(slots + CHUNK + at), 3, work->peer + at,
            work->program + CHUNK + at);
    }
    for (size_t end = 0; end <= CHUNK; end += CHUNK) {
        for (size_t at = 0; at < count; at += LANES) find_common(tables, work, end + at, load(work->service + at));
    }
    for (size_t end = 0; end <= CHUNK; end += CHUNK) {
        for (size_t at = 0; at < count; at += LANES) find_cell(tables, work, end + at, load(work->service + at));
    }
    for (size_t end = 0; end <= CHUNK; end += CHUNK) {
        for (size_t at = 0; at < count; at += LANES) {
            __m256i service = load(work->service + at), entry = load(work->entry + end + at);
            entry = find_entry(tables, load(work->common + end + at), service, entry);
            store(work->entry + end + at, find_entry(tables, load(work->row + end + at), service, entry));
        }
    }
    for (size_t at = 0; at < count; at += LANES) settle(work, at, egress, ingress);
}

void dp_classify_avx2(const dp_tables *tables, const dp_batch *batch) {
    scratch work;
    classify_batch(tables, &work, batch, LANES, classify_chunk_avx2);
}

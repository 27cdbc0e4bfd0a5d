#pragma once
// The matcher's tables as its loops read them, and those loops in wide instructions. Swift builds the tables, owns their
// memory and has the same loop in scalar form, which is the oracle of these.

#include <stddef.h>
#include <stdint.h>

#include "plain.h"

/// Multipliers and sizes of a perfect hash over pairs of numbers (PerfectHash.swift).
typedef struct dp_hash {
    /// One per group, and one behind the last.
    const uint16_t *displacements;
    uint32_t group_a, group_b, group_shift;
    uint32_t slot_a, slot_b, spread, slot_count;
} dp_hash;

/// What is known of an address: 16 bytes.
typedef struct dp_record {
    /// IPv4, of a record that one address has for itself: whose it is.
    uint32_t address;
    /// Class of the address as another's peer, and the column of that class: `column << column_shift | class`.
    uint32_t peer;
    /// Programs of a workload; DP_EVALUATE, DP_OUTSIDE.
    uint32_t egress, ingress;
} dp_record;

/// An address that shares its record with others, though no block of the trie says so.
typedef struct dp_single {
    uint32_t address, record;
} dp_single;

enum {
    /// The program of addresses for which the tables don't answer.
    DP_EVALUATE = 0,
    /// The program of addresses without policy.
    DP_OUTSIDE = 1,
    /// The class of services for which the tables don't answer.
    DP_NO_SERVICE = 0xffff,
    /// Set in classes of services that the common row of some program has an exception for.
    DP_FREQUENT = 0x8000,
    /// A leaf of the prefix trie.
    DP_LEAF = 1u << 31,
    /// The page of services that cannot be read, behind those of protocols and ports.
    DP_LAST_PAGE = 65536,
    /// A row that is one entry for every service, the entry beside it.
    DP_DIRECT = 1u << 31,
    /// Set in the common row of a program that has cells.
    DP_HAS_CELLS = 1u << 31,
    /// In a cell, the row that is one entry, which stands in `first`.
    DP_CELL_DIRECT = 1,
};

/// A program: a cache line. Where a peer and a service have an entry of their own, nothing else need be looked at.
typedef struct dp_program {
    /// `peer << service_bits | service`, the low 32 bits; 0 where there is no pair, as no service has class 0.
    uint32_t pairs[7];
    /// The common row; DP_HAS_CELLS.
    uint32_t row;
    /// Of pairs; the last, of the common row for most services.
    uint32_t entries[8];
} dp_program;

/// A class of peers for which a program has another row than its column says.
///
/// key = program << (peer_bits + row_bits) | peer << row_bits | row. Row 0: all entries are those of the program's common
/// row, but for two services; their classes and entries are `class << entry_bits | entry`.
typedef struct dp_cell {
    uint64_t key;
    uint32_t first, second;
} dp_cell;

/// An exception of a row, or the entry of all other services (RowLayout.swift).
///
/// A row is `DP_DIRECT | entry`; or `start << 1 | 1`: exceptions and an entry of its own for the rest; or `start << 1`:
/// exceptions alone, the rest as in the program's common row; or 0: that row.
typedef struct dp_row_slot {
    uint32_t start, entry;
} dp_row_slot;

/// Everything that a look-up of one family reads. Arrays are aligned to 64 bytes.
typedef struct dp_tables {
    /// IPv4 addresses that have a record of their own. Other records follow these slots.
    dp_hash addresses;
    const dp_record *records;
    /// IPv4 addresses of short blocks that stand alone.
    dp_hash singles;
    const dp_single *single_slots;
    /// IPv4 blocks (PrefixTrie.swift).
    const uint32_t *trie;
    /// ServiceClasses.swift; with DP_FREQUENT.
    const uint32_t *service_pages;
    const uint16_t *service_classes;
    const dp_program *programs;
    uint32_t service_bits;
    /// matrix[program * columns + column]: the row of most classes of a column.
    const uint32_t *matrix;
    uint32_t columns, column_shift;
    /// Says of most (program, peer) pairs that they have no cell (PairFilter.swift).
    const uint32_t *filter;
    uint32_t filter_shift;
    dp_hash cells;
    const dp_cell *cell_slots;
    uint32_t peer_bits, row_bits, entry_bits;
    /// 0: no program has cells.
    uint32_t has_cells;
    const dp_row_slot *rows;
} dp_tables;

/// One batch: keys, and where the answers go.
typedef struct dp_batch {
    size_t count;
    /// Addresses in host order; `protocol << 16 | detail`.
    const uint32_t *sources, *destinations, *services;
    /// Entries.
    uint32_t *egress, *ingress;
} dp_batch;

/// An answer that was given before. All zeros is free, as no service has class 0.
typedef struct dp_cached {
    uint32_t source, destination;
    /// Entries; above their 24 bits the low and the high byte of the service's class.
    uint32_t egress, ingress;
} dp_cached;

/// Answers by ends and class of services: each has one slot, where the last that came stands. For tables whose entries
/// all have 24 bits. One thread's.
typedef struct dp_cache {
    dp_cached *slots;
    /// 32 less the bits of a slot's number.
    uint32_t shift;
    /// Of the current window of packets: looked for, and known.
    uint32_t asked, known;
    /// Windows in a row in which most were not known; packets that are not looked for yet.
    uint32_t poor_windows, resting;
} dp_cache;

typedef void dp_classify(const dp_tables *tables, const dp_batch *batch);

/// The same as `classify`, which is asked for what the cache does not know. The cache must be of these tables.
void dp_classify_cached(const dp_tables *tables, const dp_batch *batch, dp_cache *cache, dp_classify *classify);
/// The same with the loop for AVX-512 behind a cache that is looked at by sixteen packets at once.
void dp_classify_cached_avx512(const dp_tables *tables, const dp_batch *batch, dp_cache *cache);

/// Whether this CPU, and its operating system, can run the loop.
int dp_has_avx2(void);
int dp_has_avx512(void);

/// Classifies a batch of IPv4 packets. The tables must be those that DecisionTables builds: nothing is checked here.
void dp_classify_avx2(const dp_tables *tables, const dp_batch *batch);
void dp_classify_avx512(const dp_tables *tables, const dp_batch *batch);

/// Asks the kernel for large pages behind tables. No matter if it has none.
void dp_advise_large_pages(void *memory, size_t bytes);

static inline void dp_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

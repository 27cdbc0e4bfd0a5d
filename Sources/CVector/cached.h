#pragma once
// What the caches of all instruction sets share.

#include "chunks.h"

/// What a packet's slot is found by: (source * a + destination * b + class * c) >> shift.
#define SLOT_SOURCE 0x9e3779b1u
#define SLOT_DESTINATION 0x85ebca77u
#define SLOT_CLASS 0xc2b2ae3du

enum { ENTRY_BITS = 24, ENTRY_MASK = (1 << ENTRY_BITS) - 1 };

/// A chunk's classes and slots, and the places of those that the cache does not know.
typedef struct lookups {
    size_t missing;
    /// Written a vector at a time.
    uint32_t classes[CHUNK], slots[CHUNK], places[CHUNK + MOST_LANES];
} lookups;

/// Answers what the cache knows and lists the rest. CHUNK packets at most.
typedef void find_known(const dp_tables *tables, const dp_batch *batch, const dp_cache *cache, lookups *found);

/// Class and slot of one packet.
static inline void find_packet(
    const dp_tables *tables, const dp_batch *batch, const dp_cache *cache, lookups *found, size_t index) {
    uint32_t service = batch->services[index];
    uint32_t page = service >> 8 < DP_LAST_PAGE ? service >> 8 : DP_LAST_PAGE;
    uint32_t class = tables->service_classes[tables->service_pages[page] << 8 | (service & 255)];
    found->classes[index] = class;
    found->slots[index] =
        (batch->sources[index] * SLOT_SOURCE + batch->destinations[index] * SLOT_DESTINATION + class * SLOT_CLASS) >>
        cache->shift;
}

/// What a packet's slot says, if it is the packet's; else the packet is listed.
static inline void compare_packet(const dp_batch *batch, const dp_cache *cache, lookups *found, size_t index) {
    const dp_cached slot = cache->slots[found->slots[index]];
    uint32_t class = slot.egress >> ENTRY_BITS | slot.ingress >> ENTRY_BITS << 8;
    batch->egress[index] = slot.egress & ENTRY_MASK;
    batch->ingress[index] = slot.ingress & ENTRY_MASK;
    found->places[found->missing] = (uint32_t)index;
    found->missing += (slot.source != batch->sources[index]) | (slot.destination != batch->destinations[index]) |
                      (class != found->classes[index]);
}

find_known find_known_avx512;

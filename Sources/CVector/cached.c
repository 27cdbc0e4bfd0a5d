// Packets that come again: a direct-mapped cache before the loops, in plain C for every instruction set.

#include "cached.h"

/// Packets between two looks at how often the cache knew the answer.
#define WINDOW 65536
/// Windows in a row in which it knew less than three quarters before it is first left out, and for how many windows
/// then: below that the tables alone are as fast.
#define POOR_WINDOWS 3
#define REST_WINDOWS 64

static void find_known_plain(
    const dp_tables *tables, const dp_batch *batch, const dp_cache *cache, lookups *found) {
    for (size_t index = 0; index < batch->count; index++) {
        find_packet(tables, batch, cache, found, index);
        dp_prefetch(cache->slots + found->slots[index]);
    }
    for (size_t index = 0; index < batch->count; index++) compare_packet(batch, cache, found, index);
}

/// Asks the tables about what the cache does not know, and remembers it.
static void settle(
    const dp_tables *tables, const dp_batch *batch, dp_cache *cache, dp_classify *classify, const lookups *found) {
    uint32_t sources[CHUNK], destinations[CHUNK], services[CHUNK], egress[CHUNK], ingress[CHUNK];
    for (size_t index = 0; index < found->missing; index++) {
        size_t place = found->places[index];
        sources[index] = batch->sources[place];
        destinations[index] = batch->destinations[place];
        services[index] = batch->services[place];
    }
    const dp_batch rest = {found->missing, sources, destinations, services, egress, ingress};
    classify(tables, &rest);
    for (size_t index = 0; index < found->missing; index++) {
        size_t place = found->places[index];
        uint32_t class = found->classes[place];
        batch->egress[place] = egress[index];
        batch->ingress[place] = ingress[index];
        cache->slots[found->slots[place]] = (dp_cached){
            sources[index], destinations[index], egress[index] | class << ENTRY_BITS,
            ingress[index] | class >> 8 << ENTRY_BITS};
    }
}

/// Whether the next packets are looked for in the cache, after some that were.
static void weigh(dp_cache *cache, size_t asked, size_t known) {
    cache->asked += (uint32_t)asked;
    cache->known += (uint32_t)known;
    if (cache->asked < WINDOW) return;
    cache->poor_windows = cache->known < cache->asked / 4 * 3 ? cache->poor_windows + 1 : 0;
    if (cache->poor_windows >= POOR_WINDOWS) {
        // What it holds then may still be known after the rest, so one more poor window is enough for the next.
        cache->poor_windows = POOR_WINDOWS - 1;
        cache->resting = REST_WINDOWS * WINDOW;
    }
    cache->asked = cache->known = 0;
}

static void classify_behind(
    const dp_tables *tables, const dp_batch *batch, dp_cache *cache, dp_classify *classify, find_known *find) {
    if (cache->resting > 0) {
        cache->resting = batch->count < cache->resting ? cache->resting - (uint32_t)batch->count : 0;
        classify(tables, batch);
        return;
    }
    lookups found;
    for (size_t done = 0; done < batch->count; done += CHUNK) {
        const size_t rest = batch->count - done;
        const dp_batch part = {
            rest < CHUNK ? rest : CHUNK, batch->sources + done, batch->destinations + done, batch->services + done,
            batch->egress + done, batch->ingress + done};
        found.missing = 0;
        find(tables, &part, cache, &found);
        if (found.missing > 0) settle(tables, &part, cache, classify, &found);
        weigh(cache, part.count, part.count - found.missing);
    }
}

void dp_classify_cached(const dp_tables *tables, const dp_batch *batch, dp_cache *cache, dp_classify *classify) {
    classify_behind(tables, batch, cache, classify, find_known_plain);
}

void dp_classify_cached_avx512(const dp_tables *tables, const dp_batch *batch, dp_cache *cache) {
    classify_behind(tables, batch, cache, dp_classify_avx512, find_known_avx512);
}

#pragma once
// How every instruction set cuts a batch: chunks of whole vectors, then what is left in a chunk of one vector.

#include "CVector.h"

#include <string.h>

#define CHUNK 256
/// The widest vector's.
#define MOST_LANES 16

/// Words of a program, and where its common row and its entries stand.
enum { PROGRAM_WORDS = 16, ROW_WORD = 7, ENTRY_WORD = 8, NO_PAIR = 7 };

_Static_assert(sizeof(dp_program) == PROGRAM_WORDS * sizeof(uint32_t), "a program is a cache line");

/// Classifies `count` packets, a multiple of the vector's lanes and CHUNK at most.
typedef void classify_chunk(
    const dp_tables *tables, void *scratch, const uint32_t *sources, const uint32_t *destinations,
    const uint32_t *services, uint32_t *egress, uint32_t *ingress, size_t count);

static inline void classify_batch(
    const dp_tables *tables, void *scratch, const dp_batch *batch, size_t lanes, classify_chunk *classify) {
    size_t done = 0;
    while (batch->count - done >= lanes) {
        size_t count = batch->count - done;
        count = count > CHUNK ? CHUNK : count - count % lanes;
        classify(
            tables, scratch, batch->sources + done, batch->destinations + done, batch->services + done,
            batch->egress + done, batch->ingress + done, count);
        done += count;
    }
    size_t rest = batch->count - done;
    if (rest == 0) return;
    uint32_t keys[3][MOST_LANES] = {{0}}, answers[2][MOST_LANES];
    memcpy(keys[0], batch->sources + done, rest * sizeof(uint32_t));
    memcpy(keys[1], batch->destinations + done, rest * sizeof(uint32_t));
    memcpy(keys[2], batch->services + done, rest * sizeof(uint32_t));
    classify(tables, scratch, keys[0], keys[1], keys[2], answers[0], answers[1], lanes);
    memcpy(batch->egress + done, answers[0], rest * sizeof(uint32_t));
    memcpy(batch->ingress + done, answers[1], rest * sizeof(uint32_t));
}

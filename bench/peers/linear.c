/* A linear scan of rules for every key: what a rule list without any index costs.
   usage: linear TRACE RULES [KEYS]     then one pass for each line on standard input */
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>

struct run {
    const struct five_tuple *keys, *rules;
    size_t count, rule_count;
};

static size_t pass(void *context) {
    const struct run *run = context;
    size_t hits = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct five_tuple *key = run->keys + i;
        for (size_t j = 0; j < run->rule_count; j++) {
            const struct five_tuple *rule = run->rules + j;
            if (rule->source == key->source && rule->destination == key->destination && rule->proto == key->proto &&
                rule->destination_port == key->destination_port) {
                hits++;
                break;
            }
        }
    }
    return hits;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: linear TRACE RULES [KEYS]\n");
        return 2;
    }
    struct run run = {0};
    size_t wanted = strtoul(argv[2], NULL, 10), limit = argc > 3 ? strtoul(argv[3], NULL, 10) : SIZE_MAX;
    struct five_tuple *rules = malloc((wanted + 1) * sizeof *rules);
    run.keys = trace_tuples(trace_map(argv[1]), limit, &run.count);
    run.rule_count = pod_pairs(run.keys, run.count, rules, wanted);
    run.rules = rules;
    serve_passes(run.count, pass, &run);
    return 0;
}

/* librte_acl over the five-tuples of a trace: rules are pod pairs (exact addresses, protocol, destination port).
   usage: acl TRACE RULES avx512|avx2|scalar [KEYS]     then one pass for each line on standard input */
#include "trace.h"

#include <netinet/in.h>
#include <rte_acl.h>
#include <rte_eal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROTO, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT, FIELDS };
enum { BATCH = 256 };

/* As the library reads it: network order, and every field but the first in a group of four bytes. */
struct key {
    uint8_t proto;
    uint8_t unused[3];
    uint32_t source, destination;
    uint16_t source_port, destination_port;
};

static const struct rte_acl_field_def fields[FIELDS] = {
    {RTE_ACL_FIELD_TYPE_BITMASK, 1, PROTO, 0, offsetof(struct key, proto)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, SOURCE, 1, offsetof(struct key, source)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, DESTINATION, 2, offsetof(struct key, destination)},
    {RTE_ACL_FIELD_TYPE_RANGE, 2, SOURCE_PORT, 3, offsetof(struct key, source_port)},
    {RTE_ACL_FIELD_TYPE_RANGE, 2, DESTINATION_PORT, 3, offsetof(struct key, destination_port)},
};

RTE_ACL_RULE_DEF(pair_rule, FIELDS);

struct run {
    struct rte_acl_ctx *context;
    const uint8_t **keys;
    uint32_t *results;
    size_t count;
};

static void fail(const char *what) {
    fprintf(stderr, "acl: %s\n", what);
    exit(2);
}

static size_t pass(void *context) {
    struct run *run = context;
    size_t hits = 0;
    for (size_t first = 0; first < run->count; first += BATCH) {
        uint32_t size = run->count - first < BATCH ? (uint32_t)(run->count - first) : BATCH;
        rte_acl_classify(run->context, run->keys + first, run->results, size, 1);
        for (uint32_t i = 0; i < size; i++) hits += run->results[i] != 0;
    }
    return hits;
}

static struct rte_acl_ctx *build(const struct five_tuple *pairs, size_t count) {
    struct rte_acl_param parameters = {
        .name = "pairs", .socket_id = -1, .rule_size = RTE_ACL_RULE_SZ(FIELDS), .max_rule_num = (uint32_t)count + 1};
    struct rte_acl_ctx *context = rte_acl_create(&parameters);
    struct pair_rule *rules = calloc(count, sizeof *rules);
    if (context == NULL || rules == NULL) fail("no memory");
    for (size_t i = 0; i < count; i++) {
        rules[i].data.category_mask = 1;
        rules[i].data.priority = (int32_t)(count - i);
        rules[i].data.userdata = (uint32_t)i + 1;
        rules[i].field[PROTO].value.u8 = pairs[i].proto;
        rules[i].field[PROTO].mask_range.u8 = 0xff;
        rules[i].field[SOURCE].value.u32 = pairs[i].source;
        rules[i].field[SOURCE].mask_range.u32 = 32;
        rules[i].field[DESTINATION].value.u32 = pairs[i].destination;
        rules[i].field[DESTINATION].mask_range.u32 = 32;
        rules[i].field[SOURCE_PORT].mask_range.u16 = 0xffff;
        rules[i].field[DESTINATION_PORT].value.u16 = pairs[i].destination_port;
        rules[i].field[DESTINATION_PORT].mask_range.u16 = pairs[i].destination_port;
    }
    if (rte_acl_add_rules(context, (struct rte_acl_rule *)rules, (uint32_t)count) != 0) fail("rules are refused");
    struct rte_acl_config configuration = {.num_categories = 1, .num_fields = FIELDS};
    memcpy(configuration.defs, fields, sizeof fields);
    if (rte_acl_build(context, &configuration) != 0) fail("can't build");
    free(rules);
    return context;
}

int main(int argc, char **argv) {
    if (argc < 4) fail("usage: acl TRACE RULES avx512|avx2|scalar [KEYS]");
    char *environment[] = {"acl", "--no-huge", "--no-pci", "--no-shconf", "-m", "3072", "-l", "0",
                           "--log-level=error", "--no-telemetry", "--force-max-simd-bitwidth=512"};
    if (rte_eal_init(sizeof environment / sizeof *environment, environment) < 0) fail("DPDK does not start");
    size_t count, wanted = strtoul(argv[2], NULL, 10);
    size_t limit = argc > 4 ? strtoul(argv[4], NULL, 10) : SIZE_MAX;
    struct five_tuple *tuples = trace_tuples(trace_map(argv[1]), limit, &count);
    struct five_tuple *pairs = malloc((wanted + 1) * sizeof *pairs);
    if (pod_pairs(tuples, count, pairs, wanted) != wanted) fail("the trace has fewer distinct pairs than that");
    double start = now_seconds();
    struct run run = {.context = build(pairs, wanted), .count = count};
    fprintf(stderr, "{\"buildSeconds\": %.3f}\n", now_seconds() - start);
    enum rte_acl_classify_alg algorithm = strcmp(argv[3], "avx512") == 0 ? RTE_ACL_CLASSIFY_AVX512X32
                                          : strcmp(argv[3], "avx2") == 0 ? RTE_ACL_CLASSIFY_AVX2
                                                                         : RTE_ACL_CLASSIFY_SCALAR;
    if (rte_acl_set_ctx_classify(run.context, algorithm) != 0) fail("this CPU lacks these instructions");
    struct key *keys = calloc(count, sizeof *keys);
    run.keys = malloc(count * sizeof *run.keys);
    run.results = malloc(BATCH * sizeof *run.results);
    for (size_t i = 0; i < count; i++) {
        keys[i].proto = tuples[i].proto;
        keys[i].source = htonl(tuples[i].source);
        keys[i].destination = htonl(tuples[i].destination);
        keys[i].source_port = htons(tuples[i].source_port);
        keys[i].destination_port = htons(tuples[i].destination_port);
        run.keys[i] = (const uint8_t *)&keys[i];
    }
    serve_passes(count, pass, &run);
    return 0;
}

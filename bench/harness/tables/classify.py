"""Classification alone: five-tuples in memory, full verdict with deciding rule at both ends, against librte_acl."""

from harness import inputs, places, plot, report
from harness.measuring import interleaved_passes, on_cores

# Size of the cluster, librte_acl's pod pairs, what the ratio to its AVX-512 path on the same kind of keys must be.
ROWS = [
    ("1k", 1000, {"random": 1.0, "zipf": 2.0}),
    ("10k", 10_000, {"random": 1.0, "zipf": 1.5}),
    ("100k", 100_000, {"random": 3.0, "zipf": None}),
]
KEYS = 4_000_000


def table(options):
    result = report.Table(
        "classify",
        "make bench ONLY=classify",
        ["cluster, keys", "dataplane", "librte_acl AVX-512", "AVX2", "linear scan", "ratio", "bar", ""],
    )
    groups = []
    for size, pairs, bars in ROWS:
        if options.sizes and size not in options.sizes:
            continue
        figures = {}
        for pattern in ["random", "zipf"]:
            figures[pattern] = measured(result, size, pattern, pairs, options)
            groups.append((f"{size}, {pattern}", [(name, 1e-6 / s.median) for name, s in figures[pattern].items()]))
        for pattern, bar in bars.items():
            add_row(result, size, pattern, figures[pattern], figures[pattern].get("AVX-512"), bar)
    result.note(
        "The ratio is dataplane's rate over that of librte_acl's AVX-512 path on the same keys: the five-tuples of one "
        "capture."
    )
    result.plots["classify"] = plot.bars("Classification, one core", "M/s", groups)
    return result


def measured(result, size, pattern, pairs, options):
    folder = inputs.cluster(size, pattern, KEYS // 10 if options.quick else KEYS, frames="64")
    manifests, trace = inputs.manifests(folder), inputs.trace(folder)
    commands = {"dataplane": [places.MEASURE, "classify", manifests, trace]}
    if options.has_acl:
        for name in ["avx512", "avx2"]:
            commands[label(name)] = [places.peer("acl"), trace, str(pairs), name]
    # Few keys: the scan looks at every rule for each of them.
    commands["linear"] = [places.peer("linear"), trace, str(pairs), str(max(2000, 200_000_000 // pairs))]
    samples = interleaved_passes({name: on_cores("0", words) for name, words in commands.items()}, options.runs)
    facts = samples["dataplane"].facts
    acl = samples.get("AVX-512")
    result.note(
        f"{size}, {pattern}: {facts['keys']:,} keys, {report.percent(facts['shareJudged'])} judged by a policy, "
        f"{report.percent(facts['denied'] / facts['keys'])} denied, residual share "
        f"{report.percent(facts['residualShare'])}, {facts['sampled']} verdicts equal to the reference evaluator's, "
        f"{facts['allocationsInPasses']} allocations in {options.runs} passes; {facts['programs']:,} programs, "
        f"{facts['rules']:,} rules; all {facts['setElements']:,} elements of network sets are in the tree"
        + f"; tables: {facts['tables.rows']:,} distinct rows, {facts['tables.classes']:,} classes of addresses, "
        f"{facts['tables.services']:,} of services, {report.size(facts['tables.bytes'])}"
        + (f". librte_acl: {report.percent(acl.facts['hits'] / acl.facts['keys'])} of keys hit a rule" if acl else "")
        + "."
    )
    return samples


def label(name):
    return {"avx512": "AVX-512", "avx2": "AVX2"}[name]


def add_row(result, size, pattern, samples, anchor, bar):
    def cell(name):
        sample = samples.get(name)
        return f"{report.rate(1, sample.median)} {report.spread(sample)}" if sample else "not here"

    ratio = anchor.median / samples["dataplane"].median if anchor else None
    result.add(
        f"{size}, {pattern}",
        cell("dataplane"),
        cell("AVX-512"),
        cell("AVX2"),
        cell("linear"),
        report.times(ratio) if ratio else "",
        report.times(bar) if bar else "",
        report.verdict(ratio >= bar) if ratio and bar else "",
    )

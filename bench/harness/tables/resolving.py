"""Resolve and optimize, objects already decoded: the shapes of Felix's calculation benchmark."""

import json
import statistics

from harness import places, plot, report
from harness.measuring import on_cores, run_once


# Shape, size, seconds that Felix takes (its own Go benchmark on a machine of this kind; not run again), memory bar.
# Measured twice: for one node of 200 pods, as Felix does, and for all nodes.
SHAPES = [
    ("A", 10_000, 10.1, None, "250,000 pods, 10,000 policies on has(marker)"),
    ("B", 1000, 1.2, None, "10,000 pods, 1,000 network sets, 110,000 addresses"),
    ("B", 10_000, 17.0, 400 << 20, "10,000 pods, 10,000 network sets, 1.1 million addresses"),
    ("C", 1000, 0.043, None, "1,000 tenants"),
    ("C", 10_000, 0.48, None, "10,000 tenants"),
    ("C", 100_000, 13.7, None, "100,000 tenants"),
]
BARS = {("A", 10_000): 10, ("B", 10_000): 10, ("C", 100_000): 10}


def table(options):
    result = report.Table(
        "resolve", "make bench ONLY=resolve",
        ["shape", "dataplane", "Felix", "ratio", "bar", "memory beyond the objects", "bar", ""],
    )
    groups = []
    for shape, size, felix, memory_bar, what in SHAPES:
        if options.quick and size > 1000:
            continue
        measure(result, groups, shape, size, felix, memory_bar, f"{shape}: {what}, one node", ["node-0"], options)
        measure(result, groups, shape, size, felix, memory_bar, f"{shape}: {what}, every node", [], options)
    result.note(
        "Felix computes for one node of 100 or 200 pods, and so do the rows of one node: 200 pods are judged, all are "
        "reached by rules. The bars are theirs. Felix's figures are those of its own benchmark, measured once on a "
        "machine of this kind, printed and not run again."
    )
    result.plots["resolve"] = plot.bars("Resolve and optimize, one core", "s", groups)
    return result


def measure(result, groups, shape, size, felix, memory_bar, name, node, options):
    runs = measured([places.MEASURE, "resolve", shape, str(size), *node], options)
    bar = BARS.get((shape, size)) if node else None
    if not runs:
        result.add(
            name, f"over {options.budget:.0f} s", report.seconds(felix), "", f"{bar}×" if bar else "", "", "",
            report.verdict(False) if bar else "",
        )
        return
    median = statistics.median(run["seconds"] for run in runs)
    memory = max(run["peakBytes"] for run in runs)
    ratio = felix / median
    is_met = (bar is None or ratio >= bar) and (memory_bar is None or memory <= memory_bar)
    result.add(
        name,
        f"{report.seconds(median)} ({report.seconds(min(r['seconds'] for r in runs))}–"
        f"{report.seconds(max(r['seconds'] for r in runs))}, {len(runs)} runs)",
        report.seconds(felix), report.times(ratio), f"{bar}×" if bar else "",
        f"{report.size(memory - min(run['objectBytes'] for run in runs))} of {report.size(memory)}",
        f"below {report.size(memory_bar)}" if memory_bar else "",
        report.verdict(is_met) if bar or memory_bar else "",
    )
    groups.append((f"{shape} {size:,}" + ("" if node else ", all nodes"), [("dataplane", median), ("Felix", felix)]))


def measured(command, options):
    runs, spent = [], 0.0
    while len(runs) < options.runs and (not runs or spent + spent / len(runs) < options.budget):
        found = run_once(on_cores("0", command), timeout=options.budget)
        if found is None:
            return runs
        spent += found[0]
        runs.append(json.loads(found[1].decode().splitlines()[-1]))
    return runs

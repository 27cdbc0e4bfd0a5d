"""What must not grow: the second core's gain, allocations, locks and memory of a replay."""

import re
import shutil
import subprocess

from harness import inputs, places, plot, report
from harness.measuring import interleaved, on_cores, peak_bytes, run_once
from harness.tables.replay import beyond_start, replay


def table(options):
    packets = 200_000 if options.quick else 10_000_000
    result = report.Table("steady", "make bench ONLY=steady", ["what", "figure", "bar", ""])
    folder = inputs.cluster("1k", "zipf", packets)
    second_core(result, folder, packets, options)
    allocations(result)
    locks(result, folder, packets)
    memory(result, packets, options)
    return result


def second_core(result, folder, packets, options):
    commands = {
        "one": on_cores("0", replay(folder)), "start": on_cores("0", replay(folder, "-c", "1")),
        "two": on_cores("0,1", replay(folder, workers=2)),
        "start two": on_cores("0,1", replay(folder, "-c", "1", workers=2)),
    }
    samples = interleaved(commands, options.runs, options.budget)
    if any(sample is None for sample in samples.values()):
        return result.add("second core, 100,000 flows", "too slow", "1.8×", "")
    one = beyond_start(samples["one"], samples["start"])
    two = beyond_start(samples["two"], samples["start two"])
    if one is None or two is None:
        return result.add("second core, 100,000 flows", "too short to tell from its start", "1.8×", "")
    same = samples["one"].output == samples["two"].output
    result.add(
        "second core, 100,000 flows",
        f"{report.times(one / two)} ({report.rate(packets, one)} → {report.rate(packets, two)}; "
        f"reports {'equal' if same else '**differ**'})",
        "1.80×",
        report.verdict(one / two >= 1.8 and same),
    )


def allocations(result):
    for work, units in [("classify", 20_000), ("connections", 200_000), ("decode", 20_000), ("replay", 100_000)]:
        found = run_once([places.MEASURE, "fixed", work, str(units)])
        count = int(re.search(rb'"allocations": (\d+)', found[1]).group(1))
        result.add(f"allocations per packet, {work}", f"{count / units:.4g}", "0", report.verdict(count == 0))


def locks(result, folder, packets):
    if shutil.which("strace") is None:
        return result.add("futex calls in steady state", "no strace here", "0", "")
    more = futex_calls(replay(folder)) - futex_calls(replay(folder, "-c", str(packets // 2)))
    result.add(
        f"futex calls of {packets // 2:,} further packets", f"{more:,}", "0 per packet",
        report.verdict(more < packets / 2 / 10_000),
    )


def futex_calls(command):
    found = subprocess.run(
        ["strace", "-f", "-c", "-e", "trace=futex"] + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, check=False,
    )
    for line in found.stderr.splitlines():
        cells = line.split()
        if cells and cells[-1] == "futex":
            return int(cells[3])
    return 0


def memory(result, packets, options):
    # As many connections at any length: what grows with them is told per million of them below.
    few_flows = packets // 100
    points = []
    for count in [packets // 10, packets // 3, packets]:
        folder = inputs.cluster("1k", "established", count, flows=few_flows)
        points.append((count, peak_bytes(on_cores("0", replay(folder)))))
    (first, least), (last, most) = points[0], points[-1]
    per_million = (most - least) / ((last - first) / 1e6)
    result.add(
        f"peak memory of replay, {first:,} → {last:,} packets of {few_flows:,} connections",
        f"{report.size(least)} → {report.size(most)}: {report.size(max(0, int(per_million)))} per million packets",
        "independent of the length", report.verdict(most < least * 1.1),
    )
    flows = []
    for count in [10_000, 100_000] if options.quick else [100_000, 1_000_000]:
        folder = inputs.cluster("1k", "established", 3 * count + 100_000, flows=count)
        flows.append((count, peak_bytes(on_cores("0", replay(folder)))))
    (few, small), (many, large) = flows
    result.add("memory per million flows", report.size(int((large - small) / (many - few) * 1e6)), "", "")
    result.plots["memory"] = plot.lines(
        "Peak memory of replay", "packets of the capture", "MiB",
        {"dataplane": [(count, value / (1 << 20)) for count, value in points]},
    )

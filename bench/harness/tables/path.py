"""Policies on every pod's path: the time for a packet must not grow with them."""

from harness import inputs, places, plot, report
from harness.measuring import interleaved_passes, on_cores

COUNTS = [10, 100, 1000, 10_000]
BAR = 1.5


def table(options):
    result = report.Table(
        "path", "make bench ONLY=path", ["policies on the path", "ns per packet", "against 10", "bar", ""]
    )
    counts = COUNTS if not options.quick else COUNTS[:3]
    commands = {}
    for count in counts:
        folder = inputs.generated(
            f"path-{count}", "--pods", "1000", "--policies", str(count + 100), "--global-policies", str(count),
            "--set-elements", "10000", "--ipv4", "--packets", "400000", "--traffic", "random", "--frames", "64",
        )
        keys = str(max(2000, 4_000_000 // count)) if options.quick else "400000"
        commands[count] = [places.MEASURE, "classify", inputs.manifests(folder), inputs.trace(folder), keys, "20"]
    samples = interleaved_passes({name: on_cores("0", words) for name, words in commands.items()}, options.runs)
    first = samples[counts[0]]
    for count in counts:
        sample = samples[count]
        ratio = sample.median / first.median
        is_last = count == counts[-1]
        result.add(
            f"{count:,}", f"{sample.median * 1e9:.1f} {report.spread(sample)}", report.times(ratio),
            f"below {report.times(BAR)}" if is_last else "", report.verdict(ratio < BAR) if is_last else "",
        )
    result.plots["path"] = plot.lines(
        "Time for a packet, by policies on its path", "policies that select every pod", "ns per packet",
        {"dataplane": [(count, samples[count].median * 1e9) for count in counts]},
    )
    return result

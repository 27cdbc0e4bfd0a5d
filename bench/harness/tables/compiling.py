"""From manifests to the match tree, against a bare pass of libyaml or simdjson; `check` of a pair; growth."""

import math
import os

from harness import inputs, places, plot, report
from harness.measuring import interleaved, on_cores

SIZES = {
    "1k+10k": ["--pods", "10000", "--policies", "1000", "--set-elements", "10000"],
    "10k+100k": ["--pods", "100000", "--policies", "10000", "--set-elements", "100000"],
}
NETPOL_ANALYZER_SECONDS = 0.8


def table(options):
    result = report.Table(
        "compile", "make bench ONLY=compile", ["what", "dataplane", "bare pass", "ratio", "bar", "memory", "bar", ""]
    )
    one_size(result, "1k+10k", "yaml", "0", 2.5, 300 << 20, options)
    one_size(result, "1k+10k", "json", "0", None, 300 << 20, options)
    if not options.quick:
        yaml = one_size(result, "10k+100k", "yaml", "0,1", 2.5, 2 << 30, options)
        json = one_size(result, "10k+100k", "json", "0,1", None, 2 << 30, options)
        if yaml and json:
            verdict = report.verdict(json.median <= yaml.median)
            result.note(f"JSON no slower than YAML: {report.times(yaml.median / json.median)} as fast, {verdict}.")
    check(result, options)
    growth(result, options)
    return result


def compile_command(path):
    return [places.MEASURE, "compile", path]


def one_size(result, size, form, cores, bar, memory_bar, options):
    folder = inputs.generated(f"compile-{size}-{form}", *SIZES[size], "-o", form)
    path = os.path.join(inputs.manifests(folder), f"cluster.{form}")
    bare = [places.peer("yaml_events" if form == "yaml" else "json_pass"), path]
    commands = {
        "dataplane": on_cores(cores, compile_command(path)), "bare": on_cores("0", bare),
        "command": on_cores(cores, [places.PROGRAM, "compile", "-f", path, "-o", "stats"]),
    }
    samples = interleaved(commands, options.runs, options.budget)
    ours, peer, whole = samples["dataplane"], samples["bare"], samples["command"]
    bytes_read = os.path.getsize(path)
    name = f"{size.replace('+', ' policies + ')} pods, {form.upper()} {report.size(bytes_read)}, cores {cores}"
    if ours is None or peer is None:
        result.add(name, f"over {options.budget:.0f} s", "", "", "", "", "", report.verdict(False))
        return None
    ratio = ours.median / peer.median
    is_met = (bar is None or ratio <= bar) and ours.peak_bytes <= memory_bar
    result.add(
        name, f"{report.seconds(ours.median)} {report.spread(ours)}", f"{report.seconds(peer.median)}",
        report.times(ratio), f"at most {report.times(bar)}" if bar else "", report.size(ours.peak_bytes),
        f"below {report.size(memory_bar)}", report.verdict(is_met),
    )
    facts = ", ".join(f"{key} {value:,}" for key, value in ours.output.items() if isinstance(value, int))
    more = f"; `dataplane compile -o stats`, nftables rules included, {report.seconds(whole.median)}" if whole else ""
    result.note(f"{name}: {facts}{more}.")
    return ours


def check(result, options):
    folder = inputs.generated(
        "check-5k", "--pods", "5000", "--policies", "500", "--set-elements", "1000", "--packets", "10"
    )
    path = os.path.join(inputs.manifests(folder), "cluster.yaml")
    addresses = ["10.64.0.0", "10.64.0.1"]
    commands = {
        "dataplane": on_cores("0", ["sh", "-c", '"$@"; test $? -le 1', "check", places.PROGRAM, "check", *addresses,
                                    "-f", path, "--port", "8080"]),
        "bare": on_cores("0", [places.peer("yaml_events"), path]),
    }
    samples = interleaved(commands, options.runs, options.budget)
    ours, peer = samples["dataplane"], samples["bare"]
    if ours is None or peer is None:
        return result.add("check of a pair, 5,000 pods, 500 policies", "too slow", "", "", "", "", "", "")
    ratio = ours.median / peer.median
    is_met = ratio <= 2.5 and ours.median < NETPOL_ANALYZER_SECONDS / 3
    result.add(
        "check of a pair, 5,000 pods, 500 policies", f"{report.seconds(ours.median)} {report.spread(ours)}",
        report.seconds(peer.median), report.times(ratio), "at most 2.50× and 0.267 s",
        report.size(ours.peak_bytes), "", report.verdict(is_met),
    )
    result.note(
        "netpol-analyzer needs 0.8 s for one pair of 5,000 pods (printed in its own figures, not run again here)."
    )


def growth(result, options):
    series = {}
    by_pods = [(pods, 100) for pods in ([1000, 10_000] if options.quick else [1000, 10_000, 100_000])]
    by_policies = [(10_000, count) for count in ([100, 1000] if options.quick else [100, 1000, 10_000])]
    for name, plans in [("pods", by_pods), ("policies", by_policies)]:
        commands = {}
        for pods, policies in plans:
            folder = inputs.generated(
                f"growth-{pods}-{policies}", "--pods", str(pods), "--policies", str(policies), "--set-elements", "1000"
            )
            path = os.path.join(inputs.manifests(folder), "cluster.yaml")
            commands[pods if name == "pods" else policies] = on_cores("0", compile_command(path))
        samples = interleaved(commands, min(options.runs, 5), options.budget)
        points = [(count, sample.median) for count, sample in samples.items() if sample]
        series[name] = points
        if len(points) < 2:
            result.add(f"growth by {name}", "too slow", "", "", "at most 1.1", "", "", report.verdict(False))
            continue
        exponent = slope(points)
        shown = ", ".join(f"{count:,}: {report.seconds(value)}" for count, value in points)
        result.add(
            f"growth exponent by {name}", f"{exponent:.2f} ({shown})", "", "", "at most 1.1", "", "",
            report.verdict(exponent <= 1.1 and len(points) == len(plans)),
        )
    result.plots["growth"] = plot.lines("Compile time", "pods, or policies of 10,000 pods", "seconds", series)


def slope(points):
    """Of the steepest step between neighbours, in logarithms."""
    return max(
        math.log(b[1] / a[1]) / math.log(b[0] / a[0]) for a, b in zip(points, points[1:])
    )

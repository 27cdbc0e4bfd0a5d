"""Whole replays of captures: against libpcap's bare loop, tcpdump, and a scan that decides nothing."""

from harness import inputs, places, plot, report
from harness.measuring import interleaved, last_object, on_cores, run_once

# The nearest that a BPF filter comes to policy: ports and a block.
FILTER = "ip and ((tcp and dst portrange 8000-8099) or (udp and dst portrange 8000-8099)) and not src net 5.0.0.0/8"
LARGE_BUFFER = str(1 << 20)


def table(options):
    packets = 200_000 if options.quick else 20_000_000
    result = report.Table(
        "replay",
        "make bench ONLY=replay",
        ["capture", "dataplane replay", "against", "their rate", "ratio", "bar", ""],
    )
    groups = []
    for pattern, bar in [("zipf", 2.5), ("random", 1.5)]:
        folder = inputs.cluster("1k", pattern, packets)
        trace = inputs.trace(folder)
        commands = {
            "dataplane": replay(folder), "start": replay(folder, "-c", "1"),
            "libpcap": [places.peer("pcap_loop"), trace],
            "libpcap, 1 MiB buffer": [places.peer("pcap_loop"), trace, LARGE_BUFFER],
            "scan of the mapped file": [places.peer("scan"), "mmap", trace],
        }
        if pattern == "zipf":
            commands["tcpdump with a filter"] = ["tcpdump", "-r", trace, "-w", "/dev/null", FILTER]
            commands["dataplane by libpcap"] = replay(folder) + ["ip or ip6"]
        bars = {"libpcap": bar, "tcpdump with a filter": 2.5}
        groups.append(compared(result, f"96 bytes, {pattern}", packets, commands, bars, options))
    # 610 bytes each: as many as leave room for the rest in the page cache.
    full = packets * 3 // 10
    folder = inputs.cluster("1k", "zipf", full, frames="full")
    trace = inputs.trace(folder)
    commands = {
        "dataplane": replay(folder), "start": replay(folder, "-c", "1"),
        "libpcap": [places.peer("pcap_loop"), trace],
        "read() in 256 KiB, headers alone": [places.peer("scan"), "read", trace],
        "scan of the mapped file": [places.peer("scan"), "mmap", trace],
    }
    bars = {"read() in 256 KiB, headers alone": 0.75}
    groups.append(compared(result, "full frames, zipf", full, commands, bars, options))
    result.note(
        "A rate is packets over the wall-clock time of the whole process, ours less that of `replay -c 1` in the same "
        "run: reading and compiling the policies, which the peers don't do. The lines below the table give both. All "
        "on one core (`taskset -c 0`), files in the page cache."
    )
    result.plots["replay"] = plot.bars("Replay, one core", "M/s", groups)
    return result


def replay(folder, *options, workers=1):
    words = [places.PROGRAM, "replay", inputs.trace(folder), "-f", inputs.manifests(folder), "--workers", str(workers)]
    return words + list(options)


def beyond_start(whole, start):
    """Seconds of the packets alone; `None` when they are too small a part of the run to be told by subtraction."""
    seconds = whole.median - start.median
    return seconds if seconds > 0.2 * whole.median else None


def compared(result, name, packets, commands, bars, options):
    samples = interleaved({key: on_cores("0", words) for key, words in commands.items()}, options.runs, options.budget)
    ours, start = samples.pop("dataplane"), samples.pop("start")
    if ours is None:
        result.add(name, "too slow", "", "", "", "", "")
        return (name, [])
    steady = beyond_start(ours, start)
    if steady is None:
        result.add(name, "too short to tell from its start", "", "", "", "", report.verdict(False))
        return (name, [])
    by_libpcap = samples.pop("dataplane by libpcap", None)
    for key, sample in samples.items():
        ratio = sample.median / steady
        bar = bars.get(key)
        result.add(
            name, f"{report.rate(packets, steady)} {report.spread(ours)}", key,
            f"{report.rate(packets, sample.median)} {report.spread(sample)}", report.times(ratio),
            report.times(bar) if bar else "", report.verdict(ratio >= bar) if bar else "",
        )
    slow = beyond_start(by_libpcap, start) if by_libpcap else None
    if slow:
        ratio = samples["libpcap"].median / slow
        result.add(
            f"{name}, read by libpcap", f"{report.rate(packets, slow)} {report.spread(by_libpcap)}", "libpcap",
            f"{report.rate(packets, samples['libpcap'].median)}", report.times(ratio), "0.75×",
            report.verdict(ratio >= 0.75),
        )
    verdicts = last_object(run_once(on_cores("0", commands["dataplane"] + ["-o", "json"]))[1]).get("verdicts", {})
    judged = sum(verdicts.values()) or 1
    shares = ", ".join(f"{key} {report.percent(count / judged)}" for key, count in verdicts.items())
    result.note(
        f"{name}: {packets:,} packets in {report.seconds(ours.median)}, of which {report.seconds(start.median)} until "
        f"the first verdict; {shares}; at most {report.size(ours.peak_bytes)} of memory."
    )
    rates = {"dataplane": packets / steady, **{key: packets / sample.median for key, sample in samples.items()}}
    return (name, [(key, value / 1e6) for key, value in rates.items()])

#!/usr/bin/env python3
"""Holds the numbers that repeat on a noisy machine to thresholds that are files of the repository.

    bench/gate.py check [GROUP...]       0: all hold; 1: one moved, and it is printed which and by how much
    bench/gate.py baseline [GROUP...]    rewrites the thresholds: the diff is what a reviewer looks at

| group | what | holds if |
| --- | --- | --- |
| instructions | of one packet, one rule, one byte, by valgrind's callgrind | at most 3 % above the threshold |
| allocations | per packet, by a counter around malloc | not above it |
| tree | nodes, rules, sets, members, tables' rows and bytes of generated clusters | equal |
| ratios | ours over a peer's time in the same run, medians | at most the threshold, which is twice what was measured |

`make bench-check` builds what is needed first.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import places  # noqa: E402
from harness.measuring import interleaved, on_cores, run_once  # noqa: E402

# Workload of `measure fixed`, its units, what a unit is, and units of the figure in one unit of work.
WORK = [
    ("classify", 100_000, "packet"),
    ("connections", 100_000, "packet"),
    ("decode", 100_000, "packet"),
    ("replay", 100_000, "packet"),
    ("read-yaml", 1, "cluster of 100 pods"),
    ("read-json", 1, "cluster of 100 pods"),
    ("compile", 1, "cluster of 100 pods"),
]
PER_PACKET = ["classify", "connections", "decode", "replay"]


# What is measured.


def fixed(work, units):
    return [places.MEASURE, "fixed", work, str(units)]


def instructions():
    """Instructions per unit, name → value; `None` when there is no valgrind to ask."""
    if shutil.which("valgrind") is None:
        print("WARNING: no valgrind here: instructions are NOT checked (Debian: apt-get install valgrind)")
        return None
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        # valgrind 3.19 dies on clang's DWARF 5.
        program = os.path.join(folder, "measure")
        subprocess.run(["strip", "-g", "-o", program, places.MEASURE], check=True)
        for work, units, unit in WORK:
            found[f"{work}: instructions per {unit}"] = counted([program, *fixed(work, units)[1:]]) / units
        rules = counts()["tiny.tree.rules"]
        found["compile: instructions per rule"] = found["compile: instructions per cluster of 100 pods"] / rules
    return found


def counted(command):
    """Instructions that callgrind counts between the marks of `measure`."""
    words = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null", *command]
    environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
    run = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    for line in run.stderr.splitlines():
        if "Collected :" in line:
            count = int(line.split(":")[1].split()[0])
            if count == 0:
                sys.exit("gate: callgrind counted nothing: `measure` was built without valgrind's header")
            return count
    sys.exit(f"gate: callgrind failed on {' '.join(command)}\n{run.stderr[-1000:]}")


def allocations():
    found = {}
    for work in PER_PACKET:
        units = 20_000
        _, output = run_once(fixed(work, units))
        found[f"{work}: allocations per packet"] = json.loads(output)["allocations"] / units
    return found


def counts():
    _, output = run_once([places.MEASURE, "counts"])
    found = {}
    for line in output.decode().splitlines():
        found.update(json.loads(line))
    return found


def ratios():
    """Our time over a peer's on the same file; each side takes turns with the other."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = os.path.join(folder, "cluster")
        subprocess.run(
            [places.MEASURE, "generate", cluster, "200000"], check=True, stdout=subprocess.DEVNULL
        )
        manifests, trace = os.path.join(cluster, "cluster.yaml"), os.path.join(cluster, "trace.pcap")
        commands = {
            "replay": [places.MEASURE, "replay", manifests, trace],
            "start": [places.MEASURE, "compile", manifests],
            "pcap": [places.peer("pcap_loop"), trace],
            "yaml": [places.peer("yaml_events"), manifests],
        }
        samples = interleaved({name: on_cores("0", words) for name, words in commands.items()}, 9)
    median = {name: statistics.median(sample.seconds) for name, sample in samples.items()}
    return {
        "replay: time over libpcap's bare loop": max(0.0, median["replay"] - median["start"]) / median["pcap"],
        "compile: time over libyaml's bare events": median["start"] / median["yaml"],
    }


GROUPS = {"instructions": instructions, "allocations": allocations, "tree": counts, "ratios": ratios}


# What it is held to.


def threshold(group, value):
    """How a measured value is written down."""
    if group == "ratios":
        return {"atMost": round(value * 2, 1)}
    if group == "instructions":
        return {"value": round(value, 1), "slack": 0.03}
    return {"value": round(value, 4)}


def judge(group, name, limit, value):
    """`None` when the value holds, else (whether it is a failure, what to print)."""
    if "atMost" in limit:
        if value <= limit["atMost"]:
            return None
        return True, f"{name}: {value:.4g} is above {limit['atMost']:.4g} by {percent(value, limit['atMost'])}"
    expected = limit["value"]
    if group == "tree":
        if value == expected:
            return None
        return True, f"{name}: {value:g} instead of {expected:g} ({percent(value, expected)})"
    slack = limit.get("slack", 0)
    if value > expected * (1 + slack):
        return True, f"{name}: {value:,.4g} instead of {expected:,.4g} ({percent(value, expected)})"
    if value < expected * (1 - slack):
        return False, f"{name}: {value:,.4g} instead of {expected:,.4g} ({percent(value, expected)}): better"
    return None


def percent(value, expected):
    return "where there was none" if expected == 0 else f"{(value - expected) / expected * 100:+.1f} %"


def compare(group, limits, found):
    """All there is to print, and how many failures."""
    lines, failures = [], 0
    for name, value in found.items():
        if name not in limits:
            lines.append(f"MOVED   {name}: {value:g} has no threshold")
            failures += 1
            continue
        outcome = judge(group, name, limits[name], value)
        if outcome:
            failures += outcome[0]
            lines.append(("MOVED   " if outcome[0] else "better  ") + outcome[1])
    for name in limits:
        if name not in found:
            lines.append(f"MOVED   {name}: is no longer measured")
            failures += 1
    return lines, failures


def path_of(group):
    return os.path.join(places.THRESHOLDS, f"{group}.json")


def check(groups):
    failures = 0
    for group in groups:
        found = GROUPS[group]()
        if found is None:
            continue
        with open(path_of(group), encoding="utf-8") as file:
            lines, failed = compare(group, json.load(file), found)
        for line in lines:
            print(f"{group}: {line}")
        print(f"{group}: {len(found)} numbers, {failed} moved", flush=True)
        failures += failed
    if failures:
        print("Moved on purpose? `make bench-baseline` writes the new thresholds; review the diff.")
    return 1 if failures else 0


def baseline(groups):
    os.makedirs(places.THRESHOLDS, exist_ok=True)
    for group in groups:
        found = GROUPS[group]()
        if found is None:
            return 1
        with open(path_of(group), "w", encoding="utf-8") as file:
            json.dump({name: threshold(group, value) for name, value in found.items()}, file, indent=2)
            file.write("\n")
        print(f"{group}: {len(found)} thresholds written", flush=True)
    return 0


def main():
    words = sys.argv[1:]
    groups = words[1:] or list(GROUPS)
    if not words or words[0] not in ("check", "baseline") or any(group not in GROUPS for group in groups):
        print(__doc__, file=sys.stderr)
        return 2
    if not os.access(places.MEASURE, os.X_OK):
        print(f"gate: {places.MEASURE} is not there: `make bench-check` builds it", file=sys.stderr)
        return 2
    return check(groups) if words[0] == "check" else baseline(groups)


if __name__ == "__main__":
    sys.exit(main())

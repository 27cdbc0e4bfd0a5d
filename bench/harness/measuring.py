"""Runs commands side by side: the ones that are compared take turns, so that a change of the machine's load meets all
of them alike."""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time


class Sample:
    """What some runs of one command took: seconds each, and the most memory that one of them held."""

    def __init__(self, seconds, peak_bytes=0, output=None, facts=None):
        self.seconds = list(seconds)
        self.peak_bytes = peak_bytes
        self.output = output or {}
        self.facts = facts or {}

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def least(self):
        return min(self.seconds)

    @property
    def most(self):
        return max(self.seconds)

    @property
    def spread(self):
        """Half of the range between the quartiles, as a share of the median."""
        if len(self.seconds) < 4:
            return (self.most - self.least) / 2 / self.median
        quarters = statistics.quantiles(self.seconds, n=4)
        return (quarters[2] - quarters[0]) / 2 / self.median

    def to_json(self):
        return {"seconds": self.seconds, "peakBytes": self.peak_bytes, "output": self.output, "facts": self.facts}


def run_once(command, timeout=None, environment=None):
    """Wall-clock seconds, peak bytes and standard output of one run; the command must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})}
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {process.returncode}\n{errors.decode(errors='replace')[-2000:]}")
    return seconds, output


def peak_bytes(command, timeout=None):
    """The most memory that the command held, by a child of its own (getrusage: kilobytes)."""
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
    )
    found = run_once([sys.executable, "-c", program] + command, timeout)
    return int(found[1]) if found else 0


def interleaved(commands, runs, budget=600.0):
    """Runs each of `commands` (name → words) `runs` times, by turns; fewer times where that would take longer than
    `budget` seconds, and not at all again after one run that took the whole budget. name → Sample, or `None`."""
    samples = {name: [] for name in commands}
    outputs = {}
    for round_number in range(runs):
        for name, command in commands.items():
            taken = samples[name]
            if taken is None or (taken and sum(taken) + max(taken) > budget / len(commands)):
                continue
            found = run_once(command, timeout=budget)
            if found is None:
                samples[name] = None
                continue
            taken.append(found[0])
            outputs[name] = found[1]
    return {
        name: None if not taken else Sample(taken, peak_bytes(commands[name]), last_object(outputs[name]))
        for name, taken in samples.items()
    }


def last_object(output):
    """The last line of the output that is a JSON object, or a whole document; of other output its digest."""
    text = output.decode(errors="replace").strip()
    for candidate in [text] + text.splitlines()[::-1]:
        try:
            value = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return {"digest": hashlib.sha256(output).hexdigest()}


class Server:
    """A program that does one pass for each line on its standard input and answers with how long it took."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        value = json.loads(line) if line else {"error": "it ended without a word"}
        if "error" in value:
            sys.exit(f"{' '.join(self.command)}: {value['error']}")
        return value

    def run(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def interleaved_passes(commands, runs):
    """The same for programs that do passes on demand: seconds are those of one item. name → Sample."""
    servers = {name: Server(command) for name, command in commands.items()}
    seconds = {name: [] for name in servers}
    allocations = {name: 0 for name in servers}
    for _ in range(runs):
        for name, server in servers.items():
            answer = server.run()
            seconds[name].append(answer["seconds"] / answer["items"])
            allocations[name] += answer.get("allocations", 0)
    for server in servers.values():
        server.close()
    return {
        name: Sample(
            seconds[name], facts={**servers[name].facts, "allocationsInPasses": allocations[name]}
        )
        for name in servers
    }


def on_cores(cores, command):
    """The command on these processors alone: `0` or `0,1`."""
    return ["taskset", "-c", cores] + command

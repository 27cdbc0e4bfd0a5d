#!/usr/bin/env python3
"""Runs `swift test` and counts what really happened.

usage: run-tests.py [--timeout SECONDS] [ARGUMENT of swift test]...

`swift test` counts skipped tests as passed; here the events that Swift Testing writes are counted instead. One test is
one `@Test` function. A parametrized one passes if all its cases do, and is one test all the same; its cases are
counted in a line of their own. A test that had started when the process died or ran out of time failed.

The last line is `N passed, N failed, N skipped`. Exits with status 0 if nothing failed and something passed.
"""

import argparse
import collections
import json
import os
import re
import signal
import subprocess
import sys
import tempfile


class Tally:
    """What the event stream of Swift Testing (version 0, JSON Lines) says of each test."""

    def __init__(self):
        self.names = {}  # functions alone: suites pass and fail with them
        self.started = set()
        self.ended = set()
        self.failed = set()
        self.skipped = {}
        self.cases = collections.Counter()
        self.known_issues = 0
        self.loose_failures = 0

    def read(self, lines):
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the last line of a process that died
            payload = record["payload"]
            if record["kind"] == "test":
                if payload["kind"] == "function":
                    self.names[payload["id"]] = payload
            else:
                self.take_event(payload)

    def take_event(self, event):
        kind, test = event["kind"], event.get("testID")
        if kind == "issueRecorded":
            self.take_issue(event.get("issue", {}), test)
        elif test not in self.names:
            return
        elif kind == "testStarted":
            self.started.add(test)
        elif kind == "testEnded":
            self.ended.add(test)
        elif kind in ("testSkipped", "testCancelled"):
            messages = [each["text"] for each in event.get("messages", [])]
            self.skipped[test] = reason_of(messages[0] if messages else "")
        elif kind == "testCaseEnded":
            self.cases[test] += 1

    def take_issue(self, issue, test):
        if issue.get("isKnown"):
            self.known_issues += 1
        elif issue.get("isFailure", issue.get("severity", "error") == "error"):
            if test in self.names:
                self.failed.add(test)
            else:
                self.loose_failures += 1

    @property
    def unfinished(self):
        return self.started - self.ended - set(self.skipped)

    def counts(self):
        failed = self.failed | self.unfinished
        skipped = set(self.skipped) - failed
        passed = self.ended - failed - skipped
        return len(passed), len(failed) + self.loose_failures, len(skipped)

    def name(self, test):
        return test.rsplit("/", 1)[0] if test.count("/") > 1 else test


def reason_of(message):
    """`Test x() skipped: "reason"` → `reason`; the same of a test that cancelled itself."""
    quoted = re.search(r': "(.*)"$', message)
    return quoted.group(1) if quoted else "no reason given"


def run(command, timeout):
    """Runs the command in a process group of its own; its status, or None if it was stopped."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        print(f"tests: stopped after {timeout} seconds", flush=True)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def report_corpora():
    """Says loudly what the tests can't see: without these, far less is tested."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for variable, folder, what in [
        ("DATAPLANE_CORPORA", "corpora", "policy corpora"),
        ("DATAPLANE_PCAPS", "pcaps", "packet captures"),
    ]:
        path = os.environ.get(variable) or os.path.join(top, "..", "shared", folder)
        if not os.path.isdir(path):
            print(f"WARNING: no {what}: ${variable} names no folder, and ../shared/{folder} is not there.")
            print("WARNING: every test that needs them is SKIPPED.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--timeout", type=int, default=1800, help="seconds for the whole run")
    options, arguments = parser.parse_known_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        events = os.path.join(folder, "events.jsonl")
        command = ["swift", "test", "--disable-xctest", "--event-stream-version", "0"]
        status = run(command + ["--event-stream-output-path", events] + arguments, options.timeout)
        if os.path.exists(events):
            with open(events, encoding="utf-8", errors="replace") as lines:
                tally.read(lines)
    passed, failed, skipped = tally.counts()
    print("\n== Tests ==")
    for test in sorted(tally.unfinished):
        print(f"did not end: {tally.name(test)}")
    for test in sorted(tally.failed):
        print(f"failed: {tally.name(test)}")
    for reason, count in sorted(collections.Counter(tally.skipped.values()).items()):
        print(f"skipped {count}: {reason}")
    parametrized = [test for test, each in tally.names.items() if each.get("isParameterized")]
    cases = sum(tally.cases[test] for test in parametrized)
    print(f"{len(parametrized)} of the tests are parametrized, with {cases} cases in all; a test is counted once")
    if tally.known_issues:
        print(f"{tally.known_issues} known issues (withKnownIssue) are not counted as failures")
    if status not in (0, None) and failed == 0:
        print(f"swift test ended with status {status} though no test failed")
    report_corpora()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if status == 0 and failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Where things are."""

import os

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(BENCH)
PROGRAM = os.environ.get("DATAPLANE") or os.path.join(TOP, ".build", "release", "dataplane")
MEASURE = os.path.join(BENCH, ".build", "release", "measure")
SUITES = os.path.join(BENCH, ".build", "release", "suites")
PEERS = os.path.join(BENCH, ".build", "peers")
THRESHOLDS = os.path.join(BENCH, "Thresholds")
RESULTS = os.path.join(BENCH, "results")
PAGE = os.path.join(TOP, "Benchmarks.md")


def peer(name):
    return os.path.join(PEERS, name)

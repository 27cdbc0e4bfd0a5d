#!/usr/bin/env python3
"""Runs the benchmarks and rewrites the tables and plots of Benchmarks.md.

    bench/run.py [--only classify,replay] [--runs 9] [--quick]

Needs the release build of the program, the nested package and the peers: `make bench` sees to all of that.
"""

import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import machine, places, report  # noqa: E402
from harness.tables import classify, compiling, path, replay, resolving, steady, suites  # noqa: E402

TABLES = {
    "classify": classify.table,
    "path": path.table,
    "replay": replay.table,
    "steady": steady.table,
    "compile": compiling.table,
    "resolve": resolving.table,
    "suites": suites.table,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help=f"some of {', '.join(TABLES)}, with commas")
    parser.add_argument("--runs", type=int, default=9, help="of each command; medians are reported")
    parser.add_argument("--budget", type=float, default=600, help="seconds for the runs of one comparison")
    parser.add_argument("--quick", action="store_true", help="small inputs: whether it works, not how fast it is")
    parser.add_argument("--sizes", default="", help="of classify: some of 1k, 10k, 100k")
    parser.add_argument("--dry-run", action="store_true", help="print the tables and leave Benchmarks.md alone")
    options = parser.parse_args()
    options.has_acl = os.access(places.peer("acl"), os.X_OK)
    if options.quick and not options.sizes:
        options.sizes = "1k"
    names = [name for name in options.only.split(",") if name] or list(TABLES)
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        parser.error(f"there is no table {', '.join(unknown)}; there are {', '.join(TABLES)}")
    for file in [places.PROGRAM, places.MEASURE, places.SUITES, places.peer("scan")]:
        if not os.access(file, os.X_OK):
            sys.exit(f"{file} is not there: `make bench` builds it")
    if not options.has_acl:
        print("WARNING: no librte_acl here (libdpdk-dev): its columns stay empty", file=sys.stderr)
    os.makedirs(places.RESULTS, exist_ok=True)
    for name in names:
        began = time.time()
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        finish(TABLES[name](options), machine.describe(), options)
        print(f"bench: {name} took {time.time() - began:.0f} s", file=sys.stderr, flush=True)


def finish(table, described, options):
    day = time.strftime("%Y-%m-%d", time.gmtime())
    facts = "; ".join(f"{name} {value}" for name, value in described if value)
    text = f"{table.markdown()}\n\nMade on {day}, medians of up to {options.runs} runs. {facts}."
    print(text + "\n", flush=True)
    if options.dry_run or options.quick:
        return
    for name, svg in table.plots.items():
        with open(os.path.join(places.RESULTS, f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(svg)
    with open(os.path.join(places.RESULTS, f"{table.name}.json"), "w", encoding="utf-8") as file:
        json.dump({"machine": dict(described), "columns": table.columns, "rows": table.rows}, file, indent=1)
        file.write("\n")
    report.rewrite(table.name, text)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Mutation check: deliberate one-line faults, one at a time, and whether the tests notice.

    scripts/mutation.py [--only SUBSTRING] [--quick]

Each entry of scripts/mutants.py is (file, text, replacement): the text must stand in the file exactly once. A fault is
put into a copy of the checkout, and three things that are part of `make test` run there, quickest first, until one
notices:

    1. dataplane test Tests/Scenarios             (reference, matcher, interpreted nftables rules)
    2. dataplane test $DATAPLANE_CORPORA/truth    (the same engines on every 16th case)
    3. agree                                      (the same engines on generated clusters)

A fault that survives all three is put before the whole `swift test`. One that still survives is printed as SURVIVED.
Not part of CI: it takes an hour. Ends with "N faults, N caught, N survived, N not built".
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))
from mutants import MUTANTS  # noqa: E402

CORPORA = os.environ.get("DATAPLANE_CORPORA", str(TOP.parent / "shared" / "corpora"))
ENGINES = ("reference", "matcher", "nft")


def run(command, tree, limit):
    """Exit status, or None when it took too long."""
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=limit)
        return done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return None, ""


def build(tree, product):
    status, text = run(["swift", "build", "--product", product], tree, 1200)
    return "" if status == 0 else text


def checks(tree, truth):
    program = str(tree / ".build/debug/dataplane")
    for engine in ENGINES:
        yield f"scenarios, {engine}", [program, "test", "Tests/Scenarios", "--engine", engine], 300
    if truth:
        for engine in ENGINES:
            yield f"truth, {engine}", [program, "test", truth, "--engine", engine], 300
    yield "build of agree", ["swift", "build", "--product", "agree"], 1200
    yield "agree", [str(tree / ".build/debug/agree"), "--seed", "7", "--sets", "60", "--packets", "120",
                    "--engines", "matcher,nft", "--output", str(tree / ".build/agree"), "--print", "0"], 400


def answers(tree, truth):
    """What the unchanged tree answers: some scenarios hold manifests that must be refused, so their status is not 0."""
    return {name: run(command, tree, limit) for name, command, limit in checks(tree, truth)}


def caught_by(tree, truth, expected, suite):
    for name, command, limit in checks(tree, truth):
        status, text = run(command, tree, limit)
        if status is None:
            return f"{name} (too long)"
        if status != expected[name][0] or ("," in name and text != expected[name][1]):
            return name
    if not suite:
        return None
    status, text = run(["swift", "test"], tree, 2400)
    return None if status == 0 else "swift test"


def truth_sample(folder):
    """A folder with links to every 16th case."""
    source = pathlib.Path(CORPORA) / "truth"
    if not source.is_dir():
        return None
    cases = sorted(p for p in source.iterdir() if (p / "probes.json").is_file())
    sample = pathlib.Path(folder) / "truth"
    sample.mkdir()
    for case in cases[::16]:
        shutil.copytree(case, sample / case.name)
    return str(sample)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="faults whose file or text holds this")
    arguments.add_argument("--quick", action="store_true", help="leave out the whole swift test")
    options = arguments.parse_args()
    results = {"caught": 0, "survived": 0, "not built": 0}
    with tempfile.TemporaryDirectory(prefix="dataplane-mutation-") as folder:
        tree = pathlib.Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), "HEAD"], cwd=TOP, check=True,
                       capture_output=True)
        try:
            truth = truth_sample(folder)
            problem = build(tree, "dataplane")
            if problem:
                sys.exit(f"mutation: the unchanged tree does not build: {problem[-2000:]}")
            expected = answers(tree, truth)
            for number, (file, text, replacement) in enumerate(MUTANTS, 1):
                if options.only not in file + text:
                    continue
                started = time.monotonic()
                outcome, by = judge(tree, truth, expected, not options.quick, file, text, replacement)
                results[outcome] += 1
                place = f"{file}:{line(file, text)}"
                print(f"{number:3} {outcome.upper():9} {place}: {text.strip()} -> {replacement.strip()}"
                      f"{f' [{by}]' if by else ''} {time.monotonic() - started:.0f} s", flush=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=TOP, capture_output=True)
    print(f"{sum(results.values())} faults, {results['caught']} caught, {results['survived']} survived, "
          f"{results['not built']} not built")
    sys.exit(1 if results["survived"] else 0)


def line(file, text):
    return (TOP / file).read_text().split(text)[0].count("\n") + 1


def judge(tree, truth, expected, suite, file, text, replacement):
    path = tree / file
    original = path.read_text()
    if original.count(text) != 1:
        sys.exit(f"mutation: {file} holds {original.count(text)} times: {text}")
    path.write_text(original.replace(text, replacement))
    try:
        if build(tree, "dataplane"):
            return "not built", None
        by = caught_by(tree, truth, expected, suite)
        return ("caught", by) if by else ("survived", None)
    finally:
        path.write_text(original)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes Tests/Scenarios from the tables in scripts/scenarios, or checks that what is committed equals them.

    scripts/make-scenarios.py            write every case and COVERAGE.md, remove cases that no longer exist
    scripts/make-scenarios.py --check    exit 1 and name each file that differs

The verdicts are written down in the tables by hand; no code of this project takes part in making them.
"""

import pathlib
import sys

sys.dont_write_bytecode = True

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "scenarios"))

import coverage  # noqa: E402
import s000  # noqa: E402
import s001  # noqa: E402
import s002  # noqa: E402
import s003  # noqa: E402
import s004  # noqa: E402
import s004_hosts  # noqa: E402

TOP = HERE.parent / "Tests" / "Scenarios"
KEPT = {"README.md"}


def generated():
    """Path below Tests/Scenarios to text, of every generated file."""
    cases = [case for module in (s000, s001, s002, s003, s004, s004_hosts) for case in module.cases()]
    files = {}
    for case in cases:
        for name, text in case.manifests.items():
            files[f"{case.name}/manifests/{name}"] = text
        files[f"{case.name}/expect.json"] = case.expectation()
    files["COVERAGE.md"] = coverage.document(cases)
    return files


def present():
    paths = (p for p in TOP.rglob("*") if p.is_file())
    return {str(p.relative_to(TOP)) for p in paths} - KEPT


def main():
    files = generated()
    stale = present() - set(files)
    if "--check" in sys.argv[1:]:
        differing = [n for n, text in files.items() if not (TOP / n).is_file() or (TOP / n).read_text() != text]
        for name in sorted(differing) + sorted(stale):
            print(f"Tests/Scenarios/{name}: differs from scripts/scenarios", file=sys.stderr)
        return 1 if differing or stale else 0
    for name in stale:
        (TOP / name).unlink()
    for name, text in files.items():
        path = TOP / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for folder in sorted((p for p in TOP.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Refuses imports and unsafe code that the architecture doesn't allow.

The levels below are the one truth about the order of the targets; ARCHITECTURE.md says what each target is for, and
Package.swift which edges exist. Checked are: each target has a level, depends only on lower ones, imports only what
Package.swift lists for it, and touches C pointers only where the tables below allow it. Tests may import anything
that Package.swift lists for them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LEVELS = {
    0: ["CArgp", "CJSON", "CLinuxShims", "CNftnl", "CPcap", "CVector", "CYaml", "NetTypes", "Diagnostics"],
    1: ["NetworkTopology", "Selectors", "ManifestReading", "PacketDecoding", "Capture", "ClusterGeneration"],
    2: ["Classification", "Resources"],
    3: ["Matching", "NftablesRuleset", "NftablesInterpreter", "PolicyIR"],
    4: ["NftablesKernel", "PolicyCompiler", "Explain"],
    5: ["TraceReplay", "KernelVerification", "Workspace"],
    6: ["PolicyTesting"],
    7: ["dataplane"],
}

# Modules of the toolchain that every target may import. libc (Glibc) is not among them.
TOOLCHAIN = {"Swift", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch"}
TOOLCHAIN_OF_TESTS = TOOLCHAIN | {"Glibc", "Testing"}

# Targets that may say `unsafe` and import libc; their C modules are those that Package.swift lists.
UNSAFE_TARGETS = {"Capture", "ManifestReading", "NftablesKernel", "NftablesInterpreter", "KernelVerification"}

# Single files of other targets that may, too.
UNSAFE_FILES = {
    "Sources/Matching/Connections/FlatArray+Prefetch.swift",
    "Sources/Matching/Connections/FlowShards.swift",
    "Sources/Matching/Connections/PlainAddresses.swift",
    "Sources/Matching/Connections/PlainJudge.swift",
    "Sources/Matching/Connections/PlainMisses.swift",
    "Sources/Matching/Connections/PlainTracking.swift",
    "Sources/Matching/Connections/RecentDenials.swift",
    "Sources/Matching/Connections/SiteCells.swift",
    "Sources/Matching/Tables/DecisionTables+Batches.swift",
    "Sources/Matching/Tables/VerdictCache.swift",
    "Sources/Matching/Tables/Lookup/FamilyTables.swift",
    "Sources/Matching/Tables/Lookup/ScalarLookup.swift",
    "Sources/Matching/Tables/Lookup/TableStorage.swift",
    "Sources/NetTypes/FlatArray.swift",
    "Sources/PacketDecoding/Plain/PlainDecoder.swift",
    "Sources/TraceReplay/Parallel/ParallelReplay.swift",
    "Sources/TraceReplay/Parallel/ReplayLane.swift",
    "Sources/TraceReplay/Parallel/ReplaySlot.swift",
    "Sources/TraceReplay/Parallel/WorkerCrew.swift",
    "Sources/TraceReplay/Plain/DenialTable.swift",
    "Sources/TraceReplay/Plain/PairTable.swift",
    "Sources/TraceReplay/Plain/PlainPath.swift",
    "Sources/dataplane/CommandLine/ArgpTable.swift",
    "Sources/dataplane/Console/SystemCalls.swift",
    "Sources/dataplane/Console/Interruption.swift",
}

IMPORT = re.compile(
    r"^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)",
    re.MULTILINE,
)
UNSAFE = re.compile(r"\bunsafe\b|@unchecked\b|\bUnsafe(?:Mutable)?(?:Raw)?(?:Buffer)?Pointer\b|\bUnmanaged\b")
# String literals are kept short of interpolation: code inside \(…) of a literal is not looked at.
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|#"""\n.*?"""#|"""\n.*?"""|#"(?:[^\n]*?)"#|"(?:\\.|[^"\\\n])*"', re.DOTALL
)


def without_comments_and_strings(text):
    """The same lines, with nothing but code in them."""
    return COMMENT_OR_STRING.sub(lambda match: "\n" * match.group().count("\n"), text)


def line_of(code, offset):
    return code.count("\n", 0, offset) + 1


def check_file(path, text, target, dependencies, own_modules, is_test):
    """The faults of one source file, as `path:line: error: …` lines."""
    code = without_comments_and_strings(text)
    may_be_unsafe = is_test or target in UNSAFE_TARGETS or path in UNSAFE_FILES
    toolchain = TOOLCHAIN_OF_TESTS if is_test else TOOLCHAIN | ({"Glibc"} if may_be_unsafe else set())
    for match in IMPORT.finditer(code):
        module = match.group(1)
        place = f"{path}:{line_of(code, match.start(1))}"
        if module in own_modules:
            if module not in dependencies:
                yield f"{place}: error: {target} imports {module}, which Package.swift doesn't list for it"
            elif re.match(r"C[A-Z]", module) and not may_be_unsafe:
                yield f"{place}: error: the C module {module} is imported outside the files allowed to"
        elif module not in toolchain:
            yield f"{place}: error: {target} imports {module}, which is not among the modules allowed to it"
    if may_be_unsafe:
        return
    for match in UNSAFE.finditer(code):
        yield f"{path}:{line_of(code, match.start())}: error: '{match.group()}' outside the files allowed to"


def check_edges(targets, level_of):
    """The faults of Package.swift: targets without a level, and dependencies that don't point downwards."""
    for name, (dependencies, is_test) in targets.items():
        if is_test:
            continue
        if name not in level_of:
            yield f"Package.swift: error: {name} has no level in scripts/check-layers.py"
            continue
        for other in dependencies:
            if level_of.get(other, -1) >= level_of[name]:
                yield (
                    f"Package.swift: error: {name} (level {level_of[name]}) depends on "
                    f"{other} (level {level_of[other]}), which is not below it"
                )
    for name in level_of:
        if name not in targets:
            yield f"scripts/check-layers.py: error: there is no target {name}"


def main():
    root = Path(__file__).resolve().parent.parent
    listing = subprocess.run(
        ["swift", "package", "describe", "--type", "json"], cwd=root, stdout=subprocess.PIPE, check=True, text=True
    )
    described = json.loads(listing.stdout)["targets"]
    level_of = {name: level for level, names in LEVELS.items() for name in names}
    targets = {
        each["name"]: (each.get("target_dependencies", []), each["path"].startswith("Tests/")) for each in described
    }
    faults = list(check_edges(targets, level_of))
    files = 0
    for each in described:
        dependencies, is_test = targets[each["name"]]
        for source in each["sources"]:
            if not source.endswith(".swift"):
                continue
            path = f"{each['path']}/{source}"
            files += 1
            text = (root / path).read_text(encoding="utf-8")
            faults += check_file(path, text, each["name"], set(dependencies), set(targets), is_test)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    print(f"layers: {files} files of {len(targets)} targets import only what is below them")
    return 0


if __name__ == "__main__":
    sys.exit(main())

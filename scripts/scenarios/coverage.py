"""COVERAGE.md: every cell of the scenario specification, and the case and probes that hold it.

REQUIRED is typed from the specification, independently of the tables in s000.py … s004.py; a cell without a probe, or a
probe whose cell is not listed here, stops the generator.
"""

GROUPS = ["A", "B", "C", "other"]
MATRIX_000 = [f"{s}->{d}" for s in GROUPS for d in GROUPS + ["DNS", "ext"]] + [f"ext->{d}" for d in GROUPS]
EDGES_000 = [f"hairpin {g}" for g in GROUPS] + ["node1->pod on node1", "node2->pod on node2", "other node->pod", "self"]
STATEFUL = ["stateful A->C", "stateful C->A", "stateful A->B"]
STEP_001 = [
    "dev/alpine->backend", "dev/frontend->backend", "dev/frontend unlabelled->backend", "prod/frontend->backend",
    "prod/alpine->backend", "ext->backend", "backend hairpin", "any->alpine, frontend", "DNS", "backend->anything",
    "node1->backend", "node2->backend", "self",
]
STAGE_002 = [
    "U->C", "U->F", "U->B", "C->F", "C->F other ports", "F->B", "F->B other ports", "C->B", "F->C", "B->F", "B->C",
    "F hairpin", "B hairpin", "C hairpin", "any->U", "DNS", "ext->F", "ext->B", "ext->C", "ext->U", "self",
]
DEMO_2 = [f"Demo-2 curl {x}->{y}" for x in "abc" for y in "abc"] + ["Demo-2 DNS", "Demo-2 ext", "Demo-2 node", "self"]
QUICK = ["quick start " + cell for cell in (
    "frontend->backend:8080", "frontend->backend:80", "DNS", "backend->frontend", "other/x->backend", "ext->backend",
    "node->backend", "calico-validate")]
PATTERN_1 = ["pattern 1 f->b:8080", "pattern 1 DNS UDP", "pattern 1 DNS TCP", "pattern 1 ext"]
ROW_004 = ["P p1->p2", "P p2->p1", "X", "N", "H", "L", "DNS", "I22", "I80", "O53", "O443"]
HOST_004 = [cell for cell in ROW_004 if cell != "DNS"]

REQUIRED = {
    "000-a-pod-labels": MATRIX_000 + EDGES_000 + STATEFUL,
    "000-b-namespace-labels": MATRIX_000 + EDGES_000 + STATEFUL,
    "000-c-addresses": MATRIX_000 + EDGES_000 + STATEFUL,
    "000-a-trap-pod-selector-alone": MATRIX_000 + EDGES_000,
    **{name: STEP_001 for name in (
        "001-step-1.3-no-policy", "001-step-1.5-deny-all", "001-step-2-allow-pod-labels",
        "001-step-3-allow-pod-and-namespace-labels")},
    **{f"002-stars-stage-{stage}": STAGE_002 for stage in ("0", "1", "2", "3a", "3b")},
    **{f"002-demo-2-{kind}": DEMO_2 for kind in ("before", "after", "deny-all")},
    **{f"003-quick-start-{kind}": QUICK for kind in ("step-2", "both-steps", "with-hinted-policy")},
    **{f"003-pattern-1{kind}": PATTERN_1 for kind in ("", "-labelled", "-metadata-name")},
    "003-pattern-2": ["pattern 2 " + cell for cell in (
        "f->b", "other/x->b", "ext->b", "f->other", "f->ext", "f->DNS", "f hairpin", "calico-validate")],
    "003-pattern-3": ["pattern 3 " + cell for cell in (
        "frontend->backend:8080", "frontend->backend:80", "frontend->other/x:80", "frontend->none:443", "frontend->ext",
        "frontend DNS", "backend->database:5432", "backend->database:5433", "none->backend", "none->database",
        "database->backend", "backend->ext", "database->ext", "ext->frontend:80", "other/x->frontend:80")
    ] + ["calico-validate, several ports", "calico-validate, no port"],
    "003-pattern-4": ["pattern 4 diagnostics", "pattern 4 refused", "pattern 4 rest judged"],
    "003-network-set": ["network set", "network set: any pod", "network set: DNS", "network set: address in the set",
                        "network set: ext"],
    "003-network-set-calico": ["network set, correct form: " + cell for cell in (
        "any pod", "DNS", "address in the set", "ext")],
    "003-monitoring": ["monitoring: " + cell for cell in (
        "scraper", "labelled pod", "labelled pod, other port", "labelled pod of another namespace")],
    "003-monitoring-calico": ["monitoring, Calico form: " + cell for cell in (
        "scraper", "scraper, other port", "labelled pod")],
    "003-diagnostics": ["diagnostics: message", "diagnostics: pods stay open"],
    "003-diagnostics-correct": ["diagnostics, correct form: " + cell for cell in (
        "ping pod", "ping ext", "DNS", "rest")],
    "003-fragments": ["fragments without kind", "fragments: rest judged"],
    "003-not-policy": ["unknown kinds", "not-policy: rest judged"],
    **{f"004-hep-{row}": HOST_004 for row in (
        "gnp-ns1", "bare", "profile", "gnp-node", "forward-8080", "prednat")},
    "004-hep-gnp-all": HOST_004 + ["failsafe in", "failsafe out", "no failsafe in", "no failsafe out"],
    "004-hep-forward": HOST_004 + ["E"],
    "004-hep-star-forward": ["P p1->p2", "P p2->p1", "X", "N", "H", "L", "I22", "I80"],
    **{f"004-{row}-{action}": ROW_004 for row in ("none", "np-ns1") for action in ("drop", "accept", "return")},
}

# Which probes change from one stage of the stars demo to the next ("diff prints exactly the changed cells").
CHANGES = {
    ("0", "1"): {"U->C", "U->F", "U->B", "C->F", "C->F other ports", "F->B", "F->B other ports", "C->B", "F->C", "B->F",
                 "B->C", "F hairpin", "B hairpin", "C hairpin", "ext->F", "ext->B", "ext->C"},
    ("1", "2"): {"U->C", "U->F", "U->B"},
    ("2", "3a"): {"F->B"},
    ("3a", "3b"): {"C->F"},
}


def cells(case):
    """Cell to the texts that stand for it, in the case's order."""
    found = {}
    for number, probe in enumerate(case.probes):
        found.setdefault(probe["cell"], []).append((number, probe))
    for kind in ("conversations", "diagnostics", "commands"):
        for number, entry in enumerate(getattr(case, kind)):
            found.setdefault(entry["cell"], []).append((f"{kind} {number}", entry))
    return found


def verdict_words(entries):
    allowed = sum(1 for _, e in entries if e.get("allowed") is True)
    denied = sum(1 for _, e in entries if e.get("allowed") is False)
    words = [f"{allowed} allow"] * bool(allowed) + [f"{denied} deny"] * bool(denied)
    others = [str(n) for n, e in entries if "allowed" not in e]
    return ", ".join(words + others)


def verify(cases):
    names = [case.name for case in cases]
    assert sorted(names) == sorted(REQUIRED), set(names) ^ set(REQUIRED)
    for case in cases:
        found, required = set(cells(case)), set(REQUIRED[case.name])
        assert found == required, f"{case.name}: not covered {required - found}, not listed {found - required}"
    by_name = {case.name: case for case in cases}
    for (before, after), expected in CHANGES.items():
        old, new = (
            {(p["src"], p["dst"], p["protocol"], p.get("port")): p for p in by_name[f"002-stars-stage-{s}"].probes}
            for s in (before, after)
        )
        changed = {new[key]["cell"] for key in new if new[key]["allowed"] != old[key]["allowed"]}
        assert changed == expected, f"{before}->{after}: {changed ^ expected}"


def document(cases):
    verify(cases)
    probes = sum(len(case.probes) for case in cases)
    allowed = sum(p["allowed"] for case in cases for p in case.probes)
    steps = sum(len(c["steps"]) for case in cases for c in case.conversations)
    lines = [
        "# Coverage of the scenario matrices",
        "",
        "Written by `scripts/make-scenarios.py`, which stops when a cell of the specification has no probe. Probe"
        " numbers count from 0 in `probes` of the case's `expect.json`.",
        "",
        f"{len(cases)} cases, {probes} probes ({allowed} allow, {probes - allowed} deny), {steps} conversation steps,"
        f" {sum(len(c.diagnostics) for c in cases)} diagnostics, {sum(len(c.commands) for c in cases)} commands.",
        "",
        "Between the stages of the stars demo exactly these cells change (checked on every run):"
        " 1→2 U→C, U→F, U→B; 2→3a F→B (TCP 6379 alone); 3a→3b C→F (TCP 80 alone);"
        " 0→1 everything but `any->U`, `DNS`, `ext->U` and `self`.",
        "",
    ]
    for case in cases:
        lines += [f"## {case.name}", "", case.title, "", "| cell | probes | expected |", "| --- | --- | --- |"]
        found = cells(case)
        for cell in REQUIRED[case.name]:
            entries = found[cell]
            numbers = ranges([n for n, _ in entries if isinstance(n, int)])
            lines.append(f"| {cell} | {numbers} | {verdict_words(entries)} |")
        lines.append("")
    return "\n".join(lines)


def ranges(numbers):
    """`0-3, 7` for [0, 1, 2, 3, 7]."""
    runs = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)

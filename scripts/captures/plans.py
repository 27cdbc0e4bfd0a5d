"""What is said while recording: for each capture a list of conversations, each with the verdict that policy would give
its opening packet. The verdicts are those of the scenario matrices, read from scripts/scenarios."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenarios"))

import s000  # noqa: E402
import s002  # noqa: E402

DNS_PORT, ECHO_PORT, SCTP_PORT = 53, 7, 7777
STARS = {"U": "management-ui/management-ui", "C": "client/client", "F": "stars/frontend", "B": "stars/backend"}


def talk(do, src, dst, verdict, cell, **more):
    """One conversation. `dst` is a name of the topology, or `svc:ADDRESS` for a ClusterIP."""
    return {"do": do, "src": src, "dst": dst, "expected": verdict, "cell": cell, **more}


def startupco_group(name):
    return next((g for g, names in s000.PODS.items() if name in names), name)


def startupco_talk(do, src, dst, to=None, **more):
    """`to` replaces the destination (a Service of the pod dst); the verdict is that of the cell src -> dst."""
    source, destination = startupco_group(src), startupco_group(dst)
    column = {"kube-system/coredns": "DNS"}.get(destination, destination)
    word = s000.parse(s000.MATRIX)[source][column]
    verdict = "allow" if word == "allow" else f"deny {word}"
    return talk(do, src, to or dst, verdict, f"{source}->{column}", **more)


FIRST = ["namespace-a/a1", "namespace-b/b1", "namespace-c/c1", "other/o1"]
SECOND = ["namespace-a/a2", "namespace-b/b2", "namespace-c/c2", "other/o2"]
A1, B1, C1, O1 = FIRST
A2, B2, C2, O2 = SECOND


def startupco(everything):
    """The view of node1: every pair that it sees, or (everything false) one for each cell."""
    pairs = [(s, d) for s in FIRST + SECOND for d in FIRST + SECOND if s != d and not (s in SECOND and d in SECOND)]
    if not everything:
        pairs = [(s, d) for s, d in pairs if s in FIRST and (d in FIRST or startupco_group(s) == startupco_group(d))]
        pairs += [(A2, B1), (B2, C1), (A1, C2), (C1, A2)]
    plan = [startupco_talk("http", s, d, port=80) for s, d in pairs]
    plan += [startupco_talk("http", "ext", d, port=80) for d in FIRST]
    plan += [startupco_talk("http", s, "ext", port=80) for s in FIRST]
    plan += [startupco_talk("http", s, d, to=f"svc:{address}", port=80) for s, d, address in (
        (B1, A1, "10.96.0.101"), (A1, C1, "10.96.0.103"), (O1, B1, "10.96.0.102"), (B1, O1, "10.96.0.104"))]
    dns = "svc:10.96.0.10"
    plan += [startupco_talk("dns_udp", s, "kube-system/coredns", to=dns, port=DNS_PORT,
                            name="svc-b.namespace-b.svc.cluster.local") for s in FIRST]
    plan.append(startupco_talk("dns_udp", O1, "kube-system/coredns", to=dns, port=DNS_PORT, name="absent.example"))
    plan += [startupco_talk("dns_tcp", s, "kube-system/coredns", to=dns, port=DNS_PORT,
                            name="svc-c.namespace-c.svc.cluster.local") for s in (B1, O1, A1)]
    pings = [(s, d) for s in FIRST for d in FIRST if s != d] if everything else [(A1, B1), (B1, A1), (C1, A1), (O1, B1)]
    plan += [startupco_talk("ping", s, d) for s, d in pings + [(A1, C2), (O2, O1)]]
    plan += [startupco_talk("ping", s, d, v6=True) for s, d in ((A1, B1), (C1, A1), (B1, O2), (A2, B1))]
    plan += [startupco_talk("http", s, d, port=80, v6=True) for s, d in ((A1, B1), (B1, C1), (A1, C2), (O2, O1))]
    plan += [startupco_talk("refused", s, d, port=81) for s, d in ((A1, B1), (O1, O2), (C1, A1))]
    plan += [startupco_talk("udp_unreachable", s, d, port=9) for s, d in ((A1, B1), (A1, C2), (O1, B1))]
    plan.append(startupco_talk("udp_unreachable", A1, B1, port=9, v6=True))
    plan += [startupco_talk("ping", s, d, size=3000) for s, d in ((A1, B1), (B1, C1))]
    echoes = ((A1, C1, 100), (A1, C1, 4000), (O1, O2, 4000))
    plan += [startupco_talk("udp_echo", s, d, size=size) for s, d, size in echoes]
    plan.append(startupco_talk("udp_echo", A1, B1, size=4000, v6=True))
    plan += [startupco_talk("sctp", s, d) for s, d in ((A1, B1), (C1, A1))]
    return plan


def startupco_any():
    """As seen by `any`, with what the node itself says: to its pods, and its answer to a pod that knocks."""
    plan = startupco(everything=False)
    plan += [talk("http", "node1", d, "allow", "node1->pod on node1", port=80) for d in FIRST]
    plan += [talk("ping", "node1", d, "allow", "node1->pod on node1") for d in FIRST]
    plan.append(talk("refused", B1, "node1", "deny defaultEndpointToHostAction Drop", "pod->own node", port=22))
    plan.append(talk("refused", A1, "node1", "deny egress a", "pod->own node", port=22))
    return plan


def stars():
    """The view of node1 at the last stage's policies."""
    cells = s002.verdicts("3b")

    def word(src, dst, native=True):
        if dst == "U":
            return "allow"
        if src == "U":
            return cells["U->C,F,B"]
        key = f"{src}->{dst}"
        return cells[key] if key in cells and native else "deny"

    def one(do, src, dst, native=True, to=None, **more):
        verdict = word(src, dst, native)
        text = "allow" if verdict == "allow" else "deny ingress"
        return talk(do, STARS.get(src, src), to or STARS[dst], text, f"{src}->{dst}", **more)

    ends = "UCFB"
    pairs = [(s, d) for s in ends for d in ends if s != d]
    address = {"U": "10.96.0.31", "B": "10.96.0.32", "F": "10.96.0.33", "C": "10.96.0.34"}
    plan = [one("http", s, d, port=s002.PORT[d]) for s, d in pairs]
    plan += [one("http", s, d, port=s002.PORT[d], to=f"svc:{address[d]}") for s, d in pairs if s != "B"]
    plan += [one("ping", s, d, native=False) for s, d in pairs]
    plan += [one("refused", s, d, native=False, port=port) for s, d, port in (
        ("U", "F", 8443), ("C", "F", 81), ("F", "B", 80), ("U", "B", 8443), ("B", "F", 81))]
    plan += [one("udp_unreachable", s, d, native=False, port=port) for s, d, port in (
        ("F", "B", 6379), ("U", "C", 9000), ("C", "U", 9001))]
    plan += [one("http", "ext", d, port=s002.PORT[d]) for d in "UFC"]
    plan += [talk("http", STARS[s], "ext", "allow", f"{s}->ext", port=80) for s in "UCF"]
    names = {"U": "frontend.stars", "C": "frontend.stars", "F": "backend.stars", "B": "client.client"}
    for do in ("dns_udp", "dns_tcp"):
        plan += [talk(do, STARS[s], "svc:10.96.0.10", "allow", f"{s}->DNS", port=DNS_PORT,
                      name=f"{names[s]}.svc.cluster.local") for s in ends if s != "B"]
    plan.append(talk("dns_udp", STARS["B"], "kube-system/coredns", "allow", "B->DNS", port=DNS_PORT,
                     name=f"{names['B']}.svc.cluster.local"))
    plan += [one("ping", s, d, native=False, size=3000) for s, d in (("U", "F"), ("C", "B"))]
    plan.append(one("udp_echo", "U", "B", native=False, size=4000))
    plan.append(one("sctp", "F", "B", native=False))
    return plan


PLANS = {
    "startupco": lambda: startupco(everything=True),
    "startupco-any": startupco_any,
    "stars": stars,
}
NAMES = {
    "svc-b.namespace-b.svc.cluster.local": "10.96.0.102", "svc-c.namespace-c.svc.cluster.local": "10.96.0.103",
    "frontend.stars.svc.cluster.local": "10.96.0.33", "backend.stars.svc.cluster.local": "10.96.0.32",
    "client.client.svc.cluster.local": "10.96.0.34",
}
PROTOCOL = {
    "http": "TCP", "refused": "TCP", "dns_tcp": "TCP", "dns_udp": "UDP", "udp_echo": "UDP", "udp_unreachable": "UDP",
    "sctp": "SCTP",
}

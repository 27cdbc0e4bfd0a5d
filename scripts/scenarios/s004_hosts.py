"""004: the rows with a HostEndpoint."""

import s004
from cluster import EXT, common, pod
from model import (
    ECHO, Case, endpoint_to_host, failsafe, host_to_pod, isolated, no_policy, profile_deny, rule, tcp, udp,
)
from s004 import NODE, P1, P2

HEP = "host endpoint node1-eth0"
STAR = "host endpoint all"
CLOSED = "gnp/closed"

FAILSAFE_IN = [tcp(p) for p in (22, 179, 2379, 2380, 5473, 6443, 6666, 6667)] + [udp(68)]
FAILSAFE_OUT = [udp(53), udp(67)] + [tcp(p) for p in (179, 2379, 2380, 5473, 6443, 6666, 6667)]


def host_endpoint(profile=False, name="node1-eth0", interface="eth0"):
    expected = "" if interface == '"*"' else "  expectedIPs: [192.0.2.1]\n"
    profiles = "  profiles: [projectcalico-default-allow]\n" if profile else ""
    return f"""apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata:
  name: {name}
  labels: {{role: node}}
spec:
  node: node1
  interfaceName: {interface}
{expected}{profiles}"""


def policy(*lines):
    spec = "".join(f"  {line}\n" for line in lines)
    return f"""apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: closed
spec:
{spec}"""


BOTH = "types: [Ingress, Egress]"
NODES_INGRESS = ("selector: role == 'node'", "types: [Ingress]")

# Name, title, whether the endpoint has the allow-all profile, the policy.
ROWS = [
    ("gnp-all", "HostEndpoint, GlobalNetworkPolicy all(), both types, no rules", False, policy("selector: all()", BOTH)),
    ("gnp-ns1", "HostEndpoint, the same limited to namespace ns1", False,
     policy("selector: all()", "namespaceSelector: kubernetes.io/metadata.name == 'ns1'", BOTH)),
    ("bare", "HostEndpoint without policy and profile", False, None),
    ("profile", "HostEndpoint with the allow-all profile", True, None),
    ("gnp-node", "HostEndpoint with profile, GlobalNetworkPolicy on nodes, Ingress, no rules", True,
     policy(*NODES_INGRESS)),
    ("forward", "the same with applyOnForward", True, policy(*NODES_INGRESS, "applyOnForward: true")),
    ("forward-8080", "the same with a rule for TCP 8080", True,
     policy(*NODES_INGRESS, "applyOnForward: true", "ingress:",
            "- {action: Allow, protocol: TCP, destination: {ports: [8080]}}")),
    ("prednat", "HostEndpoint with profile, preDNAT Deny of TCP 30080", True,
     policy(*NODES_INGRESS, "applyOnForward: true", "preDNAT: true", "ingress:",
            "- {action: Deny, protocol: TCP, destination: {ports: [30080]}}")),
]

OPEN_P = {"P p1->p2": ("allow", no_policy("ingress", P2)), "P p2->p1": ("allow", no_policy("ingress", P1))}
OPEN_X = {"X": ("allow", no_policy("ingress", P1)), "N": ("allow", no_policy("ingress", P1))}
ACTION = {"L": ("deny", endpoint_to_host(P1, "Drop"))}
CLOSED_P1 = {"X": ("deny", isolated("ingress", P1, [CLOSED])), "N": ("deny", isolated("ingress", P1, [CLOSED])),
             "L": ("deny", isolated("egress", P1, [CLOSED])), "P p1->p2": ("deny", isolated("egress", P1, [CLOSED]))}
AT_HOST = isolated("ingress", HEP, [CLOSED])
OPEN_HOST = {"I80": ("allow", no_policy("ingress", HEP)), "O443": ("allow", no_policy("egress", HEP))}
BARE_HOST = {"I80": ("deny", profile_deny("ingress", HEP)), "O443": ("deny", profile_deny("egress", HEP))}

CELLS = {
    "gnp-all": {**CLOSED_P1, "P p2->p1": ("deny", isolated("egress", P2, [CLOSED])), "I80": ("deny", AT_HOST),
                "O443": ("deny", isolated("egress", HEP, [CLOSED]))},
    "gnp-ns1": {**CLOSED_P1, "P p2->p1": ("deny", isolated("ingress", P1, [CLOSED])), **BARE_HOST},
    "bare": {**OPEN_P, **OPEN_X, **ACTION, **BARE_HOST},
    "profile": {**OPEN_P, **OPEN_X, **ACTION, **OPEN_HOST},
    # calico#8109: without applyOnForward a policy of the node leaves forwarded traffic alone.
    "gnp-node": {**OPEN_P, **OPEN_X, **ACTION, **OPEN_HOST, "I80": ("deny", AT_HOST)},
    "forward": {**OPEN_P, **ACTION, **OPEN_HOST, "X": ("deny", AT_HOST), "N": ("deny", AT_HOST),
                "I80": ("deny", AT_HOST), "E": ("allow", no_policy("egress", P1))},
    "forward-8080": {**OPEN_P, **OPEN_X, **ACTION, **OPEN_HOST, "I80": ("deny", AT_HOST)},
    "prednat": {**OPEN_P, **OPEN_X, **ACTION, **OPEN_HOST,
                "N": ("deny", rule("ingress", HEP, CLOSED, allows=False))},
}

PACKETS = {
    "P p1->p2": (P1, P2, tcp(8080)), "P p2->p1": (P2, P1, tcp(8080)), "X": (EXT, P1, tcp(8080)),
    "N": (EXT, NODE, tcp(30080)), "L": (P1, NODE, tcp(22)), "I80": (EXT, NODE, tcp(80)), "O443": (NODE, EXT, tcp(443)),
    "E": (P1, EXT, tcp(443)),
}


def layout(case, *documents):
    common(case, {"ns1": None, "ns2": None})
    case.manifest("10-pods.yaml",
                  pod(P1, {"app": "web"}, "node1", "10.65.0.16", [("http", 8080, "TCP")]),
                  pod(P2, {"app": "client"}, "node1", "10.65.0.17", [("http", 8080, "TCP")]))
    case.manifest("20-services.yaml", s004.WEB)
    case.manifest("30-host-endpoint.yaml", *documents)


def row_case(name, title, profile, gnp):
    case = Case(f"004-hep-{name}", "004", title)
    layout(case, host_endpoint(profile))
    if gnp:
        case.manifest("40-global-network-policy.yaml", gnp)
    for cell, (verdict, reason) in CELLS[name].items():
        src, dst, packet = PACKETS[cell]
        case.probe(cell, src, dst, packet, verdict, reason, title)
    case.probe("H", NODE, P1, tcp(8080), "allow", host_to_pod(P1), "the node reaches its pods whatever policy says")
    case.probe("I22", EXT, NODE, tcp(22), "allow", failsafe("ingress", HEP), "failsafe port, before policy")
    case.probe("O53", NODE, EXT, udp(53), "allow", failsafe("egress", HEP), "failsafe port, before policy")
    if name == "gnp-all":
        for packet in FAILSAFE_IN:
            case.probe("failsafe in", EXT, NODE, packet, "allow", failsafe("ingress", HEP), "Felix's default list")
        for packet in FAILSAFE_OUT:
            case.probe("failsafe out", NODE, EXT, packet, "allow", failsafe("egress", HEP), "Felix's default list")
        case.probe("no failsafe in", EXT, NODE, udp(22), "deny", AT_HOST, "another protocol")
        case.probe("no failsafe in", EXT, NODE, ECHO, "deny", AT_HOST, "no port at all")
        case.probe("no failsafe out", NODE, EXT, tcp(53), "deny", isolated("egress", HEP, [CLOSED]), "another protocol")
    return case


def star_case():
    """`*` stands for the pods' interfaces, too, on forward."""
    case = Case("004-hep-star-forward", "004", "HostEndpoint * with profile, applyOnForward policy without rules")
    layout(case, host_endpoint(True, "all", '"*"'))
    case.manifest("40-global-network-policy.yaml", policy(*NODES_INGRESS, "applyOnForward: true"))
    closed = isolated("ingress", STAR, [CLOSED])
    for cell in ("P p1->p2", "P p2->p1", "X", "N", "I80"):
        src, dst, packet = PACKETS[cell]
        case.probe(cell, src, dst, packet, "deny", closed, "every interface has this host endpoint")
    case.probe("L", P1, NODE, tcp(22), "deny", endpoint_to_host(P1, "Drop"), "no host endpoint is asked")
    case.probe("I22", EXT, NODE, tcp(22), "allow", failsafe("ingress", STAR), "failsafe port, before policy")
    case.probe("H", NODE, P1, tcp(8080), "allow", host_to_pod(P1), "the node reaches its pods whatever policy says")
    return case


def cases():
    return [row_case(*row) for row in ROWS] + [star_case()]

"""004: the two rows without HostEndpoint, for the three values of defaultEndpointToHostAction."""

from cluster import COREDNS, EXT, KUBE_DNS, common, pod
from model import ECHO, Case, endpoint_to_host, host_to_pod, isolated, no_endpoint, no_policy, tcp, udp

P1, P2, NODE = "ns1/p1", "ns2/p2", "node/node1"
POLICY = "np/ns1/closed"

# Columns of the specification: P p1 and p2 to each other, X outside client to p1, H the node to p1, L p1 to its node.
ROWS = """
row    | P p1->p2      | P p2->p1       | X              | N              | H     | L Drop        | L Accept      | L Return
none   | allow         | allow          | allow          | allow          | allow | deny          | allow         | allow
np-ns1 | deny egress p1| deny ingress p1| deny ingress p1| deny ingress p1| allow | deny egress p1| deny egress p1| deny egress p1
"""
# How the value is written in the FelixConfiguration; None: no FelixConfiguration, Felix's default is Drop. Letter case
# is free: the published calico.yaml writes ACCEPT.
ACTIONS = {"Drop": None, "Accept": "ACCEPT", "Return": "Return"}


def felix_configuration(action):
    return f"""apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata:
  name: default
spec:
  defaultEndpointToHostAction: {action}
"""


NP_NS1 = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: closed
  namespace: ns1
spec:
  selector: all()
  types: [Ingress, Egress]
"""

WEB = """apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: ns1
spec:
  type: NodePort
  externalTrafficPolicy: Local
  clusterIP: 10.96.0.80
  selector: {app: web}
  ports:
    - {port: 8080, targetPort: 8080, nodePort: 30080, protocol: TCP}
"""


def row_cells(row):
    rows = [[cell.strip() for cell in line.split("|")] for line in ROWS.strip().split("\n")]
    return dict(zip(rows[0][1:], next(r for r in rows if r[0] == row)[1:]))


def row_case(row, action):
    title = "no policy" if row == "none" else "NetworkPolicy of ns1, selector all(), both types, no rules"
    case = Case(f"004-{row}-{action.lower()}", "004",
                f"No HostEndpoint, {title}; defaultEndpointToHostAction {action}")
    common(case, {"ns1": None, "ns2": None})
    case.manifest("10-pods.yaml",
                  pod(P1, {"app": "web"}, "node1", "10.65.0.16", [("http", 8080, "TCP")]),
                  pod(P2, {"app": "client"}, "node1", "10.65.0.17", [("http", 8080, "TCP")]))
    case.manifest("20-services.yaml", WEB)
    if row == "np-ns1":
        case.manifest("30-network-policy.yaml", NP_NS1)
    if ACTIONS[action]:
        case.manifest("40-felix-configuration.yaml", felix_configuration(ACTIONS[action]))
    probes(case, row_cells(row), action)
    return case


def probes(case, cells, action):
    def probe(column, src, dst, packet, open_reason, why):
        word = cells[column]
        verdict, *where = word.split()
        closed = isolated(where[0], P1, [POLICY]) if where else None
        cell = "L" if column.startswith("L ") else column
        case.probe(cell, src, dst, packet, verdict, closed or open_reason, why)

    for packet in (tcp(8080), udp(8080), ECHO):
        probe("P p1->p2", P1, P2, packet, no_policy("ingress", P2), "pod to pod on one node")
        probe("P p2->p1", P2, P1, packet, no_policy("ingress", P1), "pod to pod on one node")
        probe("X", EXT, P1, packet, no_policy("ingress", P1), "outside client to the pod")
        probe("H", NODE, P1, packet, host_to_pod(P1), "the node reaches its pods whatever policy says")
    probe("P p2->p1", P2, "svc/ns1/web", tcp(8080), no_policy("ingress", P1), "by Service")
    probe("N", EXT, NODE, tcp(30080), no_policy("ingress", P1), "outside client to the node port")
    for cell, src, dst, packet in (("I22", EXT, NODE, tcp(22)), ("I80", EXT, NODE, tcp(80)),
                                   ("O53", NODE, EXT, udp(53)), ("O443", NODE, EXT, tcp(443))):
        case.probe(cell, src, dst, packet, "allow", no_endpoint(), "no host endpoint stands for eth0")
    for packet in (tcp(22), udp(53), ECHO):
        probe(f"L {action}", P1, NODE, packet, endpoint_to_host(P1, action),
              "what the pod's egress lets through meets defaultEndpointToHostAction")
        # p2 is in ns2: no policy of its own in either row.
        reason = endpoint_to_host(P2, action)
        case.probe("L", P2, NODE, packet, "allow" if reason["allows"] else "deny", reason,
                   "from the namespace without policy")
    case.probe("DNS", P2, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS), "cluster DNS stays reachable")


def cases():
    return [row_case(row, action) for row in ("none", "np-ns1") for action in ACTIONS]

"""000: three namespaces (StartUpCo). One matrix, three ways to write the policies, and a trap."""

from cluster import COREDNS, EXT, KUBE_DNS, KUBE_DNS_ADDRESS, common, pod, service
from model import ECHO, Case, host_to_pod, isolated, miss, no_policy, rule, same_pod, sctp, step, tcp, udp

# Who may open a connection to whom. `egress a` = denied by the egress of the source, isolated by namespace a's policy.
MATRIX = """
from  | A         | B         | C         | other    | DNS      | ext
A     | egress a  | allow     | allow     | egress a | egress a | egress a
B     | allow     | ingress b | ingress c | allow    | allow    | allow
C     | egress c  | egress c  | egress c  | egress c | egress c | egress c
other | ingress a | ingress b | ingress c | allow    | allow    | allow
ext   | ingress a | ingress b | ingress c | allow    | -        | -
"""
HAIRPIN = {"A": "egress a", "B": "ingress b", "C": "egress c", "other": "allow"}

# Variant (a'): a podSelector alone means the policy's own namespace, so no peer matches any more.
TRAP = """
from  | A         | B         | C         | other    | DNS      | ext
A     | egress a  | egress a  | egress a  | egress a | egress a | egress a
B     | ingress a | ingress b | ingress c | allow    | allow    | allow
C     | egress c  | egress c  | egress c  | egress c | egress c | egress c
other | ingress a | ingress b | ingress c | allow    | allow    | allow
ext   | ingress a | ingress b | ingress c | allow    | -        | -
"""

PODS = {
    "A": ["namespace-a/a1", "namespace-a/a2"], "B": ["namespace-b/b1", "namespace-b/b2"],
    "C": ["namespace-c/c1", "namespace-c/c2"], "other": ["other/o1", "other/o2"],
}
SERVICES = {
    "A": "svc/namespace-a/svc-a", "B": "svc/namespace-b/svc-b", "C": "svc/namespace-c/svc-c",
    "other": "svc/other/svc-o",
}
ADDRESS = {
    "a1": "10.65.0.11", "b1": "10.65.0.12", "c1": "10.65.0.13", "o1": "10.65.0.14",
    "a2": "10.65.0.75", "b2": "10.65.0.76", "c2": "10.65.0.77", "o2": "10.65.0.78",
}
PEERS = {"a": ("b", "bc"), "b": ("a", None), "c": ("a", "")}
"""Per namespace: who may come in, whom it may call (None: egress is not governed, "": nobody)."""


def policy_name(letter):
    return f"knp/namespace-{letter}/network-policy-namespace-{letter}"


def file_name(letter):
    return f"network-policy-namespace-{letter}.yml"


def policy(letter, peer):
    """The NetworkPolicy of one namespace; `peer(x)` writes the list items that mean "the pods of namespace x"."""
    sources, destinations = PEERS[letter]
    text = f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: network-policy-namespace-{letter}
  namespace: namespace-{letter}
spec:
  podSelector: {{}}
  policyTypes: [{"Ingress" if destinations is None else "Ingress, Egress"}]
  ingress:
    - from:
{"".join(peer(x) for x in sources)}"""
    if destinations == "":
        text += "  egress: []\n"
    elif destinations:
        text += "  egress:\n    - to:\n" + "".join(peer(x) for x in destinations)
    return text


def by_pod_labels(x):
    return f"        - namespaceSelector: {{}}\n          podSelector:\n            matchLabels: {{app: {x}}}\n"


def by_namespace(x):
    return f"        - namespaceSelector:\n            matchLabels: {{name: namespace-{x}}}\n"


def by_address(x):
    return "".join(f"        - ipBlock: {{cidr: {ADDRESS[x + n]}/32}}\n" for n in "12")


def by_pod_selector_alone(x):
    return f"        - podSelector:\n            matchLabels: {{app: {x}}}\n"


def cluster(case):
    common(case, {**{f"namespace-{x}": {"name": f"namespace-{x}"} for x in "abc"}, "other": None})
    pods = []
    for names in PODS.values():
        for name in names:
            short = name.split("/")[1]
            labels = {"app": short[0], "n": "1"} if short.endswith("1") else {"app": short[0]}
            pods.append(pod(name, labels, "node" + short[1], ADDRESS[short], [("http", 80, "TCP")]))
    case.manifest("10-pods.yaml", *pods)
    case.manifest("20-services.yaml", *[
        service(SERVICES[group].removeprefix("svc/"), f"10.96.0.10{i}", {"app": "abco"[i - 1], "n": "1"}, 80)
        for i, group in enumerate(SERVICES, 1)
    ])


def parse(matrix):
    rows = [[cell.strip() for cell in row.split("|")] for row in matrix.strip().split("\n")]
    return {row[0]: dict(zip(rows[0][1:], row[1:])) for row in rows[1:]}


def group_of(end):
    return next((g for g, names in PODS.items() if end in names), None)


def reason(word, src, dst, nearest=None):
    """The end that decides: for a denial the one that the matrix names, else the destination's, if it is a pod."""
    if word != "allow":
        direction, letter = word.split()
        return isolated(direction, src if direction == "egress" else dst, [policy_name(letter)], nearest)
    group = group_of(dst)
    if group in ("A", "B", "C"):
        return rule("ingress", dst, policy_name(group.lower()))
    return no_policy("ingress", dst) if dst != EXT else no_policy("egress", src)


def nearest(trap, src_group, dst_group):
    """In the trap variant the pod labels of A<->B, A->C match and the missing namespaceSelector does not."""
    if trap and (src_group, dst_group) in {("A", "B"), ("A", "C")}:
        return miss(policy_name("a"), "namespace")
    if trap and (src_group, dst_group) == ("B", "A"):
        return miss(policy_name("a"), "namespace")
    return None


def probe(case, cell, src, dst, packet, word, why, dst_pod=None, near=None):
    verdict = "allow" if word == "allow" else "deny"
    case.probe(cell, src, dst, packet, verdict, reason(word, src, dst_pod or dst, near), why)


def matrix_probes(case, matrix, trap):
    """Every pair of pods over TCP 80; the first pods of each cell also over UDP, SCTP and ICMP echo."""
    for src_group, row in parse(matrix).items():
        for dst_group, word in row.items():
            cell = f"{src_group}->{dst_group}"
            near = nearest(trap, src_group, dst_group)
            if word == "-":
                continue
            sources = PODS.get(src_group, [EXT])
            if dst_group == "DNS":
                for src in sources:
                    probe(case, cell, src, KUBE_DNS, udp(53), word, "name lookup through the kube-dns Service", COREDNS)
                probe(case, cell, sources[0], KUBE_DNS_ADDRESS, udp(53), word, "the same by its address", COREDNS)
                probe(case, cell, sources[0], KUBE_DNS, tcp(53), word, "DNS over TCP", COREDNS)
                continue
            destinations = PODS.get(dst_group, [EXT])
            pairs = [(s, d) for s in sources for d in destinations if s != d]
            for src, dst in pairs:
                probe(case, cell, src, dst, tcp(80), word, "HTTP", near=near)
            for src, dst in pairs[:2]:
                for packet, why in ((udp(80), "no ports in any rule: UDP alike"), (sctp(80), "SCTP alike"),
                                    (ECHO, "ping alike")):
                    probe(case, cell, src, dst, packet, word, why, near=near)
            if dst_group in SERVICES and src_group not in (dst_group, "ext"):
                probe(case, cell, sources[0], SERVICES[dst_group], tcp(80), word,
                      "through the Service: translated first, judged on the pod", PODS[dst_group][0], near)


def edge_probes(case, matrix):
    for group, word in HAIRPIN.items():
        first = PODS[group][0]
        probe(case, f"hairpin {group}", first, SERVICES[group], tcp(80), word, "pod -> own Service -> itself", first)
    for group, names in PODS.items():
        for packet in (tcp(80), ECHO):
            case.probe("node1->pod on node1", "node/node1", names[0], packet, "allow", host_to_pod(names[0]),
                       "a node reaches its own pods (probes, kubelet): no policy is asked")
        case.probe("node2->pod on node2", "node/node2", names[1], tcp(80), "allow", host_to_pod(names[1]),
                   "the same on the other node")
        word = parse(matrix)["ext"][group]
        probe(case, "other node->pod", "node/node2", names[0], tcp(80), word,
              "another node's address is an ordinary outside address")
    for group in ("A", "C", "other"):
        first = PODS[group][0]
        case.probe("self", first, first, tcp(80), "allow", same_pod(first), "own address: never leaves the pod")


def tcp_conversation(src, dst, src_port, port):
    """A whole HTTP exchange, accepted: policy is asked for the first packet alone."""
    there = {"protocol": "TCP", "srcPort": src_port, "port": port}
    back = {"protocol": "TCP", "srcPort": port, "port": src_port}
    steps = [step(src, dst, "allow", "new", "RULE", **there, tcpFlags="SYN")]
    for a, b, ports, flags in (
        (dst, src, back, "SYN,ACK"), (src, dst, there, "ACK"), (src, dst, there, "PSH,ACK"), (dst, src, back, "ACK"),
        (dst, src, back, "PSH,ACK"), (src, dst, there, "ACK"), (src, dst, there, "FIN,ACK"),
        (dst, src, back, "FIN,ACK"), (src, dst, there, "ACK"),
    ):
        steps.append(step(a, b, "allow", "established", "CT_ESTABLISHED", **ports, tcpFlags=flags))
    return steps


def conversations(case):
    """Replies pass though the answering side's egress is closed; what that side opens itself does not."""
    a1, b1, c1, c2 = "namespace-a/a1", "namespace-b/b1", "namespace-c/c1", "namespace-c/c2"
    case.conversation("stateful A->C", "C answers A on A's connection, its own egress is closed (same node)",
                      tcp_conversation(a1, c1, 40001, 80))
    case.conversation("stateful A->C", "the same across nodes", tcp_conversation(a1, c2, 40002, 80))
    case.conversation("stateful C->A", "C's own SYN does not pass; a SYN-ACK to it belongs to no connection", [
        step(c1, a1, "deny", "new", "END_OF_TIER_DROP", protocol="TCP", srcPort=40003, port=80, tcpFlags="SYN"),
        step(c1, a1, "deny", "new", "END_OF_TIER_DROP", protocol="TCP", srcPort=40003, port=80, tcpFlags="SYN"),
        step(a1, c1, "deny", "invalid", "CT_INVALID", protocol="TCP", srcPort=80, port=40003, tcpFlags="SYN,ACK"),
    ])
    case.conversation("stateful A->C", "UDP: the answer is established, and so is the second question", [
        step(a1, c1, "allow", "new", "RULE", protocol="UDP", srcPort=40004, port=80),
        step(a1, c1, "allow", "new", "RULE", protocol="UDP", srcPort=40004, port=80),
        step(c1, a1, "allow", "established", "CT_ESTABLISHED", protocol="UDP", srcPort=80, port=40004),
        step(a1, c1, "allow", "established", "CT_ESTABLISHED", protocol="UDP", srcPort=40004, port=80),
        step(c1, a1, "deny", "new", "END_OF_TIER_DROP", protocol="UDP", srcPort=80, port=40005),
    ])
    case.conversation("stateful A->C", "ping and its reply; an echo of C's own is denied", [
        step(a1, c1, "allow", "new", "RULE", protocol="ICMP", icmpType=8, icmpCode=0, icmpID=7),
        step(c1, a1, "allow", "established", "CT_ESTABLISHED", protocol="ICMP", icmpType=0, icmpCode=0, icmpID=7),
        step(c1, a1, "deny", "new", "END_OF_TIER_DROP", protocol="ICMP", icmpType=8, icmpCode=0, icmpID=8),
    ])
    case.conversation("stateful A->C", "port unreachable is related to the datagram that it quotes (step 0)", [
        step(a1, c1, "allow", "new", "RULE", protocol="UDP", srcPort=40006, port=9),
        step(c1, a1, "allow", "established", "CT_ESTABLISHED", protocol="ICMP", icmpType=3, icmpCode=3, quotes=0),
    ])
    case.conversation("stateful A->B", "a refused connection: the RST belongs to it", [
        step(a1, b1, "allow", "new", "RULE", protocol="TCP", srcPort=40007, port=81, tcpFlags="SYN"),
        step(b1, a1, "allow", "established", "CT_ESTABLISHED", protocol="TCP", srcPort=81, port=40007,
             tcpFlags="RST,ACK"),
    ])


def variant(name, title, peer, matrix=MATRIX):
    case = Case(name, "000", title)
    trap = matrix is TRAP
    cluster(case)
    for letter in "abc":
        case.manifest(file_name(letter), policy(letter, peer))
    matrix_probes(case, matrix, trap)
    edge_probes(case, matrix)
    if not trap:
        conversations(case)
    case.finding(file_name("a"), case.line(file_name("a"), "policyTypes"),
                 "egress of namespace-a has no DNS rule: its pods cannot resolve names")
    return case


def cases():
    a = variant("000-a-pod-labels", "StartUpCo, variant (a): peers by namespaceSelector {} and podSelector",
                by_pod_labels)
    b = variant("000-b-namespace-labels", "StartUpCo, variant (b): peers by namespace label", by_namespace)
    c = variant("000-c-addresses", "StartUpCo, variant (c): one ipBlock /32 for each pod", by_address)
    for letter in "abc":
        file = file_name(letter)
        for i in range(c.manifests[file].count("ipBlock")):
            c.finding(file, c.line(file, "ipBlock", i + 1), "address of a pod: it may change")
    trap = variant("000-a-trap-pod-selector-alone",
                   "StartUpCo, trap variant (a'): podSelector alone selects in the policy's own namespace",
                   by_pod_selector_alone, TRAP)
    for letter in "abc":
        file = file_name(letter)
        for i in range(trap.manifests[file].count("- podSelector")):
            trap.finding(file, trap.line(file, "- podSelector", i + 1),
                         "podSelector alone means pods of the policy's own namespace: no pod has this label there")
    return [a, b, c, trap]

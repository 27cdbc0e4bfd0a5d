"""002: the stars demo (what-if pods of ReplicationControllers) in five stages, and Demo-2."""

from cluster import (COREDNS, EXT, KUBE_DNS, common, endpoint_slice, namespace, pod, replication_controller, service)
from model import ECHO, Case, host_to_pod, isolated, miss, no_policy, rule, same_pod, tcp, udp

POD = {
    "U": "rc/management-ui/management-ui", "C": "rc/client/client", "F": "rc/stars/frontend", "B": "rc/stars/backend",
}
PORT = {"U": 9001, "C": 9000, "F": 80, "B": 6379}

# Columns are the cells of the specification; the verdict of `C->F` is that of TCP 80, of `F->B` that of TCP 6379.
STAGES = """
stage | U->C,F,B | C->F  | F->B  | C->B  | F->C  | B->F  | B->C  | F,B hairpin | any->U, DNS
0     | allow    | allow | allow | allow | allow | allow | allow | allow       | allow
1     | deny     | deny  | deny  | deny  | deny  | deny  | deny  | deny        | allow
2     | allow    | deny  | deny  | deny  | deny  | deny  | deny  | deny        | allow
3a    | allow    | deny  | allow | deny  | deny  | deny  | deny  | deny        | allow
3b    | allow    | allow | allow | deny  | deny  | deny  | deny  | deny        | allow
"""
TITLES = {
    "0": "no policy", "1": "default-deny in stars and client", "2": "allow-ui in both, too",
    "3a": "backend-policy, too", "3b": "frontend-policy, too",
}
# Which stage brings which policy file.
BRINGS = {
    "30-default-deny.yaml": "1", "31-default-deny-client.yaml": "1", "32-allow-ui.yaml": "2",
    "33-allow-ui-client.yaml": "2", "34-backend-policy.yaml": "3a", "35-frontend-policy.yaml": "3b",
}
ORDER = list(TITLES)


def head(name, namespace):
    return f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
"""


def default_deny(namespace):
    return head("default-deny", namespace) + "  podSelector:\n    matchLabels: {}\n"


def allow_ui(namespace):
    return head("allow-ui", namespace) + """  podSelector:
    matchLabels: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              role: management-ui
"""


POLICIES = {
    "30-default-deny.yaml": default_deny("stars"),
    "31-default-deny-client.yaml": default_deny("client"),
    "32-allow-ui.yaml": allow_ui("stars"),
    "33-allow-ui-client.yaml": allow_ui("client"),
    "34-backend-policy.yaml": head("backend-policy", "stars") + """  podSelector:
    matchLabels:
      role: backend
  ingress:
    - from:
        - podSelector:
            matchLabels:
              role: frontend
      ports:
        - {protocol: TCP, port: 6379}
""",
    "35-frontend-policy.yaml": head("frontend-policy", "stars") + """  podSelector:
    matchLabels:
      role: frontend
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              role: client
      ports:
        - {protocol: TCP, port: 80}
""",
}


def verdicts(stage):
    rows = [[cell.strip() for cell in row.split("|")] for row in STAGES.strip().split("\n")]
    row = next(r for r in rows if r[0] == stage)
    return dict(zip(rows[0][1:], row[1:]))


def isolating(stage, end):
    """The policies that select a pod at a stage."""
    at = ORDER.index(stage)
    if end == "U" or at == 0:
        return []
    namespace = "client" if end == "C" else "stars"
    names = ["default-deny"] + (["allow-ui"] if at >= 2 else [])
    names += ["backend-policy"] if end == "B" and at >= 3 else []
    names += ["frontend-policy"] if end == "F" and at >= 4 else []
    return [f"knp/{namespace}/{name}" for name in names]


def opened_by(src, dst):
    """The policy whose rule 0 lets src reach dst."""
    if src == "U":
        return f"knp/{'client' if dst == 'C' else 'stars'}/allow-ui"
    return {"CF": "knp/stars/frontend-policy", "FB": "knp/stars/backend-policy"}[src + dst]


def reason(stage, verdict, src, dst, nearest=None):
    if not isolating(stage, dst):
        return no_policy("ingress", POD[dst])
    if verdict == "allow":
        return rule("ingress", POD[dst], opened_by(src, dst))
    return isolated("ingress", POD[dst], isolating(stage, dst), nearest)


def stars_cluster(case):
    common(case, {"management-ui": {"role": "management-ui"}, "client": {"role": "client"}, "stars": None})
    files = {"U": "10-management-ui.yaml", "B": "11-backend.yaml", "F": "12-frontend.yaml", "C": "13-client.yaml"}
    addresses = {"U": "10.96.0.31", "B": "10.96.0.32", "F": "10.96.0.33", "C": "10.96.0.34"}
    for end, file in files.items():
        name = POD[end].removeprefix("rc/")
        text = service(name, addresses[end], {"role": name.split("/")[1]}, PORT[end])
        if end == "U":
            text = text.replace("spec:\n", "spec:\n  type: NodePort\n")
            text = text.replace("protocol: TCP}", "protocol: TCP, nodePort: 30002}")
        case.manifest(file, replication_controller(name, PORT[end]), text)


def service_of(end):
    return "svc/" + POD[end].removeprefix("rc/")


def stage_case(stage):
    case = Case(f"002-stars-stage-{stage}", "002", f"Stars demo, stage {stage}: {TITLES[stage]}")
    stars_cluster(case)
    for file, since in BRINGS.items():
        if ORDER.index(since) <= ORDER.index(stage):
            case.manifest(file, POLICIES[file])
    cells = verdicts(stage)

    def probe(cell, verdict, src, dst, packet, why, nearest=None, to=None):
        case.probe(cell, POD[src], to or POD[dst], packet, verdict, reason(stage, verdict, src, dst, nearest), why)

    for dst in "CFB":
        verdict = cells["U->C,F,B"]
        probe(f"U->{dst}", verdict, "U", dst, tcp(PORT[dst]), "the user interface probes every service")
        probe(f"U->{dst}", verdict, "U", dst, tcp(PORT[dst]), "by Service", to=service_of(dst))
        for packet in (tcp(8443), udp(PORT[dst]), ECHO):
            probe(f"U->{dst}", verdict, "U", dst, packet, "any port, any protocol")
    for cell in ("C->F", "F->B", "C->B", "F->C", "B->F", "B->C"):
        src, dst = cell.split("->")
        probe(cell, cells[cell], src, dst, tcp(PORT[dst]), "the service's own port")
        probe(cell, cells[cell], src, dst, tcp(PORT[dst]), "by Service", to=service_of(dst))
        if cell not in ("C->F", "F->B"):
            probe(cell, cells[cell], src, dst, ECHO, "ping")
    port_probes(stage, probe)
    for end in "FB":
        probe(f"{end} hairpin", cells["F,B hairpin"], end, end, tcp(PORT[end]), "pod -> own Service -> itself",
              to=service_of(end))
    # Not a cell of its own in the table: the client's namespace is closed as well.
    probe("C hairpin", "allow" if stage == "0" else "deny", "C", "C", tcp(9000), "pod -> own Service -> itself",
          to=service_of("C"))
    open_probes(case, stage, cells["any->U, DNS"], probe)
    return case


def port_probes(stage, probe):
    """A rule with ports opens these alone; the nearest miss is then the port."""
    frontend = miss("knp/stars/frontend-policy", "port") if stage == "3b" else None
    backend = miss("knp/stars/backend-policy", "port") if stage in ("3a", "3b") else None
    verdict = "allow" if stage == "0" else "deny"
    for packet in (tcp(81), tcp(79), udp(80), ECHO):
        probe("C->F other ports", verdict, "C", "F", packet, "only TCP 80 is ever opened", frontend)
    for packet in (tcp(80), tcp(6380), udp(6379), ECHO):
        probe("F->B other ports", verdict, "F", "B", packet, "only TCP 6379 is ever opened", backend)


def open_probes(case, stage, verdict, probe):
    for src in "CFB":
        for packet in (tcp(9001), ECHO):
            probe("any->U", verdict, src, "U", packet, "no policy selects the user interface")
    probe("any->U", verdict, "U", "U", tcp(9001), "hairpin of the user interface", to=service_of("U"))
    for src in "UCFB":
        case.probe("DNS", POD[src], KUBE_DNS, udp(53), verdict, no_policy("ingress", COREDNS),
                   "no egress policy anywhere")
    case.probe("ext->U", EXT, POD["U"], tcp(9001), "allow", no_policy("ingress", POD["U"]), "stays open")
    for dst in "FBC":
        outside = "allow" if stage == "0" else "deny"
        why = "outside clients are closed from stage 1 on"
        case.probe(f"ext->{dst}", EXT, POD[dst], tcp(PORT[dst]), outside, reason(stage, outside, "ext", dst), why)
    case.probe("self", POD["F"], POD["F"], tcp(80), "allow", same_pod(POD["F"]), "own address: never leaves the pod")


# --- Demo-2 --------------------------------------------------------------------------------------------------------

DEMO2 = {"before": "no policy yet", "after": "same-namespace in each namespace", "deny-all": "`ingress: []` instead"}
FRONTENDS = {
    "a": ("node1", "10.65.0.41", "10.96.0.41"), "b": ("node1", "10.65.0.42", "10.96.0.42"),
    "c": ("node2", "10.65.0.107", "10.96.0.43"),
}


def demo2_policy(letter, kind):
    name = "same-namespace" if kind == "after" else "deny-all"
    rules = "  ingress:\n    - from:\n        - podSelector: {}\n" if kind == "after" else "  ingress: []\n"
    return head(name, f"namespace-{letter}") + "  podSelector: {}\n  policyTypes: [Ingress]\n" + rules


def demo2_case(kind):
    case = Case(f"002-demo-2-{kind}", "002", f"Demo-2, {kind}: {DEMO2[kind]}")
    common(case, {})
    for x, (node, address, cluster_ip) in FRONTENDS.items():
        name = f"namespace-{x}/frontend-{x}"
        case.manifest(
            f"1{ord(x) - ord('a')}-namespace-{x}.yaml", namespace(f"namespace-{x}"),
            pod(name, {"app": f"frontend-{x}"}, node, address, [("http", 80, "TCP")]),
            service(name, cluster_ip, {"app": f"frontend-{x}"}, 80),
            endpoint_slice(name, address, 80, f"frontend-{x}", node),
        )
    if kind != "before":
        case.manifest("30-network-policy.yaml", *[demo2_policy(x, kind) for x in "abc"])
    for x in "abc":
        for y in "abc":
            # before: all nine open. after: the three with x = y. deny-all: none.
            verdict = "allow" if kind == "before" or (kind == "after" and x == y) else "deny"
            demo2_probes(case, kind, x, y, verdict)
        src = f"namespace-{x}/frontend-{x}"
        case.probe("Demo-2 DNS", src, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS), "egress is open")
        verdict = "allow" if kind == "before" else "deny"
        case.probe("Demo-2 ext", EXT, src, tcp(80), verdict, demo2_reason(kind, x, verdict), "not of the namespace")
    return case


def demo2_reason(kind, letter, verdict):
    pod_name = f"namespace-{letter}/frontend-{letter}"
    if kind == "before":
        return no_policy("ingress", pod_name)
    policy = f"knp/namespace-{letter}/{'same-namespace' if kind == 'after' else 'deny-all'}"
    return rule("ingress", pod_name, policy) if verdict == "allow" else isolated("ingress", pod_name, [policy])


def demo2_probes(case, kind, x, y, verdict):
    src, dst = f"namespace-{x}/frontend-{x}", f"namespace-{y}/frontend-{y}"
    reason = demo2_reason(kind, y, verdict)
    cell = f"Demo-2 curl {x}->{y}"
    why = "hairpin: rule 0 covers the pod itself, no SNAT takes part" if x == y else "curl by the Service's name"
    case.probe(cell, src, f"svc/{dst}", tcp(80), verdict, reason, why)
    if x != y:
        case.probe(cell, src, dst, tcp(80), verdict, reason, "by pod address")
        case.probe(cell, src, dst, ECHO, verdict, reason, "ping")
    else:
        case.probe("self", src, dst, tcp(80), "allow", same_pod(dst), "own address: never leaves the pod")
        node = FRONTENDS[x][0]
        case.probe("Demo-2 node", f"node/{node}", dst, tcp(80), "allow", host_to_pod(dst), "its own node")


def cases():
    return [stage_case(stage) for stage in ORDER] + [demo2_case(kind) for kind in DEMO2]

"""001: the workshop. One policy object, replaced twice."""

from cluster import COREDNS, EXT, KUBE_DNS, common, pod, service
from model import ECHO, Case, host_to_pod, isolated, miss, no_policy, rule, same_pod, tcp, udp

POLICY = "knp/development/backend-policy"
BACKEND = "development/backend"
SERVICE = "svc/development/backend"

# Who reaches development/backend. A denial names what came nearest: `pod` pod labels, `namespace` namespace labels.
STEPS = """
client                 | 1.3   | 1.5  | 2        | 3
dev/alpine             | allow | deny | deny pod | deny pod
dev/frontend unlabelled| allow | deny | deny pod | deny pod
dev/frontend           | allow | deny | allow    | allow
prod/frontend          | allow | deny | allow    | deny namespace
prod/alpine            | allow | deny | deny pod | deny
ext                    | allow | deny | deny     | deny
backend hairpin        | allow | deny | deny pod | deny pod
"""
CLIENTS = {
    "dev/alpine": "development/alpine", "dev/frontend unlabelled": "development/frontend-run",
    "dev/frontend": "development/frontend", "prod/frontend": "production/frontend", "prod/alpine": "production/alpine",
    "ext": EXT, "backend hairpin": BACKEND,
}
PODS = [BACKEND] + [p for p in CLIENTS.values() if p not in (EXT, BACKEND)]

HEAD = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: backend-policy
  namespace: development
spec:
  podSelector:
    matchLabels:
      app: webapp
      role: backend
"""
POLICIES = {
    "1.5": HEAD + "  ingress: []\n",
    "2": HEAD + """  ingress:
    - from:
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              app: webapp
              role: frontend
""",
    "3": HEAD + """  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              purpose: development
          podSelector:
            matchLabels:
              app: webapp
              role: frontend
""",
}
FILES = {
    "1.5": "1-network-policy-deny-all.yaml", "2": "2-network-policy-allow-pod.yaml",
    "3": "3-network-policy-allow-pod-namespace.yaml",
}
NAMES = {
    "1.3": ("001-step-1.3-no-policy", "Workshop 1.3: no policy yet"),
    "1.5": ("001-step-1.5-deny-all", "Workshop 1.5: `ingress: []` without policyTypes closes the backend"),
    "2": ("001-step-2-allow-pod-labels", "Workshop 2.2, 2.3, 3.1: clients by pod labels, in any namespace"),
    "3": ("001-step-3-allow-pod-and-namespace-labels", "Workshop 3.3, 3.4: pod labels and namespace label together"),
}


def cluster(case):
    common(case, {"development": {"purpose": "development"}, "production": {"purpose": "production"}})
    web, front = {"app": "webapp", "role": "backend"}, {"app": "webapp", "role": "frontend"}
    case.manifest(
        "10-pods.yaml",
        pod(BACKEND, web, "node1", "10.65.0.21", [("http", 80, "TCP")]),
        pod("development/alpine", {"run": "alpine"}, "node1", "10.65.0.22"),
        pod("development/frontend", front, "node2", "10.65.0.83"),
        "# What `kubectl run frontend` without --labels makes; another name, since both cannot be called frontend.\n"
        + pod("development/frontend-run", {"run": "frontend"}, "node2", "10.65.0.84").lstrip(),
        pod("production/frontend", front, "node1", "10.65.0.25"),
        pod("production/alpine", {"run": "alpine"}, "node2", "10.65.0.86"),
    )
    case.manifest("20-services.yaml", service(BACKEND, "10.96.0.20", {"app": "webapp", "role": "backend"}, 80))


def column(step):
    rows = [[cell.strip() for cell in row.split("|")] for row in STEPS.strip().split("\n")]
    index = rows[0].index(step)
    return {row[0]: row[index] for row in rows[1:]}


def backend_reason(step, word):
    if step == "1.3":
        return no_policy("ingress", BACKEND)
    if word == "allow":
        return rule("ingress", BACKEND, POLICY)
    nearest = {
        "deny pod": miss(POLICY, "pod label"),
        "deny namespace": miss(POLICY, "namespace label", detail="purpose=production"),
    }.get(word)
    return isolated("ingress", BACKEND, [POLICY], nearest)


def step_case(step):
    name, title = NAMES[step]
    case = Case(name, "001", title)
    cluster(case)
    if step in POLICIES:
        case.manifest(FILES[step], POLICIES[step])
    for client, word in column(step).items():
        src, verdict, reason = CLIENTS[client], word.split()[0], backend_reason(step, word)
        cell = client if client == "backend hairpin" else f"{client}->backend"
        if src != BACKEND:
            case.probe(cell, src, BACKEND, tcp(80), verdict, reason, "by pod address")
            for packet, why in ((tcp(8080), "no ports in any rule: any port"), (udp(80), "and UDP"),
                                (ECHO, "and ping")):
                case.probe(cell, src, BACKEND, packet, verdict, reason, why)
        case.probe(cell, src, SERVICE, tcp(80), verdict, reason, "by Service: translated first, judged on the pod")
    open_probes(case)
    case.probe("node1->backend", "node/node1", BACKEND, tcp(80), "allow", host_to_pod(BACKEND),
               "the backend's own node: no policy is asked")
    word = column(step)["ext"]
    case.probe("node2->backend", "node/node2", BACKEND, tcp(80), word.split()[0], backend_reason(step, word),
               "another node is an outside address")
    case.probe("self", BACKEND, BACKEND, tcp(80), "allow", same_pod(BACKEND), "own address: never leaves the pod")
    if step == "1.5":
        case.finding(FILES[step], case.line(FILES[step], "ingress: []"),
                     "no policyTypes: Ingress by default; backend-policy has no ingress rule, so all ingress is closed")
    return case


def open_probes(case):
    """What no step changes: nobody governs the other pods, nor the backend's egress."""
    others = [p for p in PODS if p != BACKEND]
    for src in PODS + [EXT]:
        for dst in others:
            if src != dst and src != BACKEND:
                case.probe("any->alpine, frontend", src, dst, tcp(80), "allow", no_policy("ingress", dst),
                           "no policy selects it")
    for src in PODS:
        case.probe("DNS", src, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS), "no egress policy anywhere")
    for dst in others:
        for packet in (tcp(80), ECHO):
            case.probe("backend->anything", BACKEND, dst, packet, "allow", no_policy("ingress", dst),
                       "backend-policy governs ingress only")
    case.probe("backend->anything", BACKEND, EXT, tcp(443), "allow", no_policy("egress", BACKEND),
               "backend-policy governs ingress only")


def cases():
    return [step_case(step) for step in NAMES]

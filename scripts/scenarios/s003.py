"""003: the PicoCluster guide. Every item is a fixture of its own: loaded together they would change each other."""

import s003_policies as text
from cluster import COREDNS, EXT, KUBE_DNS, common, pod, service
from model import ECHO, Case, host_to_pod, isolated, miss, no_policy, rule, tcp, udp

X = "other/x"


def fixture(name, title, *pods):
    """A case with the guide's namespaces, other/x (label app: frontend) and the given pods."""
    case = Case(f"003-{name}", "003", title)
    common(case, {"default": None, "myapp": None, "monitoring": None, "other": None})
    case.manifest("10-pods.yaml", pod(X, {"app": "frontend"}, "node2", "10.65.0.90", [("http", 80, "TCP")]), *pods)
    return case


# --- Quick start ---------------------------------------------------------------------------------------------------

FRONT, BACK = "default/frontend-pod", "default/backend-pod"
DENY, ALLOW = "knp/default/default-deny", "knp/default/allow-frontend-to-backend"
HINTED = "knp/default/allow-frontend-egress-to-backend"


def quick_start(name, title, step_3, hint):
    case = fixture(
        f"quick-start-{name}", f"Quick start, {title}",
        pod(FRONT, {"app": "frontend"}, "node1", "10.65.0.51"),
        pod(BACK, {"app": "backend"}, "node2", "10.65.0.116", [("http", 8080, "TCP")]),
    )
    case.manifest("30-default-deny.yaml", text.DEFAULT_DENY)
    if step_3:
        case.manifest("31-allow-frontend-to-backend.yaml", text.ALLOW_FRONTEND_TO_BACKEND)
    if hint:
        case.manifest("32-allow-frontend-egress.yaml", text.ALLOW_FRONTEND_EGRESS)
    front_out, back_in = [DENY] + [HINTED] * hint, [DENY] + [ALLOW] * step_3

    def egress(nearest=None):
        return isolated("egress", FRONT, front_out, nearest)

    cell = "quick start frontend->backend:8080"
    ingress = rule("ingress", BACK, ALLOW) if step_3 else isolated("ingress", BACK, back_in)
    if hint:
        case.probe(cell, FRONT, BACK, tcp(8080), "allow", ingress, "both ends allow", rule("egress", FRONT, HINTED))
    else:
        case.probe(cell, FRONT, BACK, tcp(8080), "deny", egress(), "the source's egress is judged first", ingress)
    # On the source's side only a hinted rule can come near.
    near = miss(HINTED, "port") if hint else None
    near_ingress = miss(ALLOW, "port") if step_3 else None
    case.probe("quick start frontend->backend:80", FRONT, BACK, tcp(80), "deny", egress(near), "another port",
               isolated("ingress", BACK, back_in, near_ingress))
    case.probe("quick start frontend->backend:80", FRONT, BACK, udp(8080), "deny", egress(near), "another protocol")
    case.probe("quick start frontend->backend:80", FRONT, BACK, ECHO, "deny", egress(near), "ping")
    case.probe("quick start DNS", FRONT, KUBE_DNS, udp(53), "deny", egress(), "no rule for DNS")
    case.probe("quick start DNS", BACK, KUBE_DNS, udp(53), "deny", isolated("egress", BACK, [DENY]), "no rule for DNS")
    case.probe("quick start backend->frontend", BACK, FRONT, tcp(80), "deny", isolated("egress", BACK, [DENY]),
               "the backend may not call anybody")
    other = miss(ALLOW, "namespace") if step_3 else None
    case.probe("quick start other/x->backend", X, BACK, tcp(8080), "deny", isolated("ingress", BACK, back_in, other),
               "the same label in another namespace", no_policy("egress", X))
    case.probe("quick start ext->backend", EXT, BACK, tcp(8080), "deny", isolated("ingress", BACK, back_in), "outside")
    case.probe("quick start node->backend", "node/node2", BACK, tcp(8080), "allow", host_to_pod(BACK), "its own node")
    case.command("quick start calico-validate", ["calico-validate", "frontend-pod", "backend-pod", "default"],
                 0 if hint else 1, [] if hint else ["egress", "default/frontend-pod", "default-deny", "8080"])
    return case


# --- Patterns ------------------------------------------------------------------------------------------------------

F, B = "myapp/f", "myapp/b"


def myapp_pods():
    return (
        pod(F, {"app": "frontend"}, "node1", "10.65.0.52", [("http", 8080, "TCP")]),
        pod(B, {"app": "backend"}, "node2", "10.65.0.117", [("http", 8080, "TCP")]),
    )


def pattern_1(name, title, dns_open, labelled=False, selector=None):
    case = fixture(name, title, *myapp_pods())
    if labelled:
        case.manifests["00-cluster.yaml"] = case.manifests["00-cluster.yaml"].replace(
            "kind: Namespace\nmetadata:\n  name: kube-system\n",
            "kind: Namespace\nmetadata:\n  name: kube-system\n  labels: {name: kube-system}\n")
    policies = text.PATTERN_1
    if selector:
        policies = policies.replace("              name: kube-system\n", f"              {selector}: kube-system\n")
    case.manifest("30-pattern-1.yaml", policies)
    deny, dns, app = "knp/myapp/default-deny", "knp/myapp/allow-dns", "knp/myapp/allow-app-traffic"

    def egress(end, nearest=None):
        return isolated("egress", end, [deny, dns], nearest)

    case.probe("pattern 1 f->b:8080", F, B, tcp(8080), "deny", egress(F), "no egress rule leads to b",
               rule("ingress", B, app))
    if dns_open:
        for src in (F, B):
            case.probe("pattern 1 DNS UDP", src, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS),
                       "kube-system is selected now", rule("egress", src, dns))
        case.probe("pattern 1 DNS TCP", F, KUBE_DNS, tcp(53), "deny", egress(F, miss(dns, "port")), "it is for UDP")
    else:
        for packet, cell in ((udp(53), "pattern 1 DNS UDP"), (tcp(53), "pattern 1 DNS TCP")):
            nearest = miss(dns, "namespace label") if packet["protocol"] == "UDP" else None
            case.probe(cell, F, KUBE_DNS, packet, "deny", egress(F, nearest), "the selector selects no namespace")
        case.finding("30-pattern-1.yaml", case.line("30-pattern-1.yaml", "name: kube-system"),
                     "selects no namespace; kubernetes.io/metadata.name: kube-system would")
    case.probe("pattern 1 ext", F, EXT, tcp(443), "deny", egress(F), "egress to outside is closed")
    for dst in (F, B):
        policies_in = [deny] + ([app] if dst == B else [])
        case.probe("pattern 1 ext", EXT, dst, tcp(8080), "deny", isolated("ingress", dst, policies_in), "outside")
    return case


def pattern_2():
    case = fixture("pattern-2", "Pattern 2: traffic within the namespace only", *myapp_pods())
    case.manifest("20-services.yaml", service(F, "10.96.0.52", {"app": "frontend"}, 8080))
    case.manifest("30-namespace-isolation.yaml", text.PATTERN_2)
    policy = "knp/myapp/namespace-isolation"
    for packet in (tcp(8080), udp(8080), ECHO):
        case.probe("pattern 2 f->b", F, B, packet, "allow", rule("ingress", B, policy), "same namespace, no ports")
        for src, cell in ((X, "pattern 2 other/x->b"), (EXT, "pattern 2 ext->b")):
            nearest = miss(policy, "namespace") if src == X else None
            case.probe(cell, src, B, packet, "deny", isolated("ingress", B, [policy], nearest), "not of the namespace")
    case.probe("pattern 2 f->other", F, X, tcp(80), "allow", no_policy("ingress", X), "egress is not governed")
    case.probe("pattern 2 f->ext", F, EXT, tcp(443), "allow", no_policy("egress", F), "egress is not governed")
    case.probe("pattern 2 f->DNS", F, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS), "egress is open")
    case.probe("pattern 2 f hairpin", F, f"svc/{F}", tcp(8080), "allow", rule("ingress", F, policy),
               "rule 0 covers the pod itself", no_policy("egress", F))
    case.command("pattern 2 calico-validate", ["calico-validate", "f", "b", "myapp"], 0)
    return case


def pattern_3():
    frontend, backend, database, none = (f"default/{n}" for n in ("frontend", "backend", "database", "none"))
    case = fixture(
        "pattern-3", "Pattern 3: tiers that do not do what their comments say",
        pod(frontend, {"tier": "frontend"}, "node1", "10.65.0.53", [("http", 80, "TCP")]),
        pod(backend, {"tier": "backend"}, "node2", "10.65.0.118", [("http", 8080, "TCP")]),
        pod(database, {"tier": "database"}, "node1", "10.65.0.55", [("sql", 5432, "TCP"), ("admin", 5433, "TCP")]),
        pod(none, None, "node2", "10.65.0.119"),
    )
    case.manifest("30-pattern-3.yaml", text.PATTERN_3)
    out, back_in, data_in = (f"knp/default/{n}-policy" for n in ("frontend", "backend", "database"))

    def closed(nearest=None):
        return isolated("egress", frontend, [out], nearest)

    port = miss(out, "port")
    case.probe("pattern 3 frontend->backend:8080", frontend, backend, tcp(8080), "deny", closed(port),
               "egress of the frontend has 80 and 443 only", rule("ingress", backend, back_in))
    case.probe("pattern 3 frontend->backend:80", frontend, backend, tcp(80), "deny",
               isolated("ingress", backend, [back_in], miss(back_in, "port")), "egress passes, ingress has 8080 only",
               rule("egress", frontend, out))
    case.probe("pattern 3 frontend->other/x:80", frontend, X, tcp(80), "allow", no_policy("ingress", X),
               "the comment says: denies internal", rule("egress", frontend, out))
    case.probe("pattern 3 frontend->none:443", frontend, none, tcp(443), "allow", no_policy("ingress", none),
               "the comment says: denies internal", rule("egress", frontend, out))
    for number in (80, 443):
        case.probe("pattern 3 frontend->ext", frontend, EXT, tcp(number), "deny", closed(),
                   "the comment says internet; namespaceSelector {} means pods")
    for packet in (udp(53), tcp(53)):
        case.probe("pattern 3 frontend DNS", frontend, KUBE_DNS, packet, "deny", closed(port), "TCP 80 and 443 only")
    case.probe("pattern 3 backend->database:5432", backend, database, tcp(5432), "allow",
               rule("ingress", database, data_in), "as meant")
    case.probe("pattern 3 backend->database:5433", backend, database, tcp(5433), "deny",
               isolated("ingress", database, [data_in], miss(data_in, "port")), "another port")
    for src, dst, number, policy in ((none, backend, 8080, back_in), (none, database, 5432, data_in),
                                     (database, backend, 8080, back_in)):
        case.probe(f"pattern 3 {src[8:]}->{dst[8:]}", src, dst, tcp(number), "deny",
                   isolated("ingress", dst, [policy], miss(policy, "pod label")), "not the right tier")
    for src in (backend, database):
        case.probe(f"pattern 3 {src[8:]}->ext", src, EXT, tcp(443), "allow", no_policy("egress", src), "egress is open")
    for src, cell in ((EXT, "pattern 3 ext->frontend:80"), (X, "pattern 3 other/x->frontend:80")):
        case.probe(cell, src, frontend, tcp(80), "allow", no_policy("ingress", frontend), "no ingress policy")
    case.command("calico-validate, several ports", ["calico-validate", "backend", "database", "default"], 0,
                 ["5432", "5433"])
    case.command("calico-validate, no port", ["calico-validate", "backend", "none", "default"], 0)
    case.finding("30-pattern-3.yaml", case.line("30-pattern-3.yaml", "namespaceSelector: {}"),
                 "namespaceSelector {} means every pod of every namespace, no outside address")
    return case


def pattern_4():
    myapp = "myapp/myapp"
    case = fixture("pattern-4", "Pattern 4: a Calico policy with fields that open-source Calico does not have",
                   pod(myapp, {"app": "myapp"}, "node1", "10.65.0.56"), *myapp_pods())
    file = "30-allow-external-api.yaml"
    case.manifest(file, text.PATTERN_4)
    case.manifest("31-namespace-isolation.yaml", text.PATTERN_2)
    case.exit = 2
    cell = "pattern 4 diagnostics"
    case.diagnostic(cell, "warning", file, case.line(file, "apiVersion"), "crd.projectcalico.org/v1", "apiVersion")
    case.diagnostic(cell, "error", file, case.line(file, "domains"), "unknown field",
                    "spec.egress[0].destination.domains")
    case.diagnostic(cell, "error", file, case.line(file, "    ports:"), "destination", "spec.egress[0].ports")
    for dst, packet in ((EXT, tcp(443)), (EXT, tcp(80))):
        case.probe("pattern 4 refused", myapp, dst, packet, "allow", no_policy("egress", myapp),
                   "the refused policy contributes nothing: egress is not governed")
    policy = "knp/myapp/namespace-isolation"
    case.probe("pattern 4 rest judged", EXT, myapp, tcp(8080), "deny", isolated("ingress", myapp, [policy]),
               "the rest of the input is still judged")
    case.probe("pattern 4 rest judged", F, B, tcp(8080), "allow", rule("ingress", B, policy),
               "the rest of the input is still judged")
    return case


# --- Network sets, monitoring, diagnostics --------------------------------------------------------------------------

MYAPP = "default/myapp"


def network_set(correct):
    case = fixture("network-set-calico" if correct else "network-set",
                   "NetworkSet, correct form: labelled, and a Calico policy that selects it" if correct
                   else "NetworkSet that nothing refers to",
                   pod(MYAPP, {"app": "myapp"}, "node1", "10.65.0.57"),
                   pod("default/web", {"app": "web"}, "node1", "10.65.0.58", [("http", 80, "TCP")]))
    pods = ((X, "across nodes and namespaces"), ("default/web", "same node"))
    if correct:
        case.manifest("30-network-set.yaml", text.NETWORK_SET_LABELLED)
        case.manifest("31-allow-external-ips.yaml", text.ALLOW_EXTERNAL_IPS_CALICO)
        policy, prefix = "np/default/allow-external-ips", "network set, correct form"
        case.finding("30-network-set.yaml", case.line("30-network-set.yaml", "10.0.0.0/8"),
                     "10.0.0.0/8 contains the pods' addresses: every pod is a member")
    else:
        case.manifest("30-network-set.yaml", text.NETWORK_SET)
        case.manifest("31-allow-external-ips.yaml", text.ALLOW_EXTERNAL_IPS)
        policy, prefix = "knp/default/allow-external-ips", "network set"
        case.diagnostic("network set", "warning", "30-network-set.yaml",
                        case.line("30-network-set.yaml", "apiVersion"), "crd.projectcalico.org/v1", "apiVersion")
        case.finding("30-network-set.yaml", case.line("30-network-set.yaml", "name: external-apis"),
                     "the set has no labels and nothing refers to it")
    passed = rule("egress", MYAPP, policy)
    for dst, why in pods:
        for packet in (tcp(80), tcp(8443), udp(5000), ECHO):
            case.probe(f"{prefix}: any pod", MYAPP, dst, packet, "allow", no_policy("ingress", dst),
                       why if not correct else "10.65.0.0/16 lies in the set's 10.0.0.0/8: matched by address", passed)
    case.probe(f"{prefix}: DNS", MYAPP, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS), "coredns is a pod",
               passed)
    for address in ("10.20.30.40", "172.16.5.5"):
        case.probe(f"{prefix}: address in the set", MYAPP, address, tcp(443), "allow" if correct else "deny",
                   passed if correct else isolated("egress", MYAPP, [policy]),
                   "in the set" if correct else "in the set, but the policy does not speak of the set; no pod")
    for packet in (tcp(443), ECHO):
        case.probe(f"{prefix}: ext", MYAPP, EXT, packet, "deny", isolated("egress", MYAPP, [policy]), "not in the set")
    return case


def monitoring(correct):
    prometheus, scraper = "monitoring/prometheus", "monitoring/scraper"
    labelled, elsewhere = "monitoring/labelled", "other/labelled"
    label = {"serviceAccountName": "prometheus-scraper"}
    case = fixture("monitoring-calico" if correct else "monitoring",
                   "Monitoring, Calico form: source.serviceAccounts" if correct
                   else "Monitoring: serviceAccountName used as a label key",
                   pod(prometheus, {"app": "prometheus"}, "node1", "10.65.0.59", [("web", 9090, "TCP")]),
                   pod(scraper, {"app": "scraper"}, "node2", "10.65.0.91", service_account="prometheus-scraper"),
                   pod(labelled, label, "node1", "10.65.0.60"), pod(elsewhere, label, "node2", "10.65.0.92"))
    case.manifest("11-service-account.yaml", text.SCRAPER_ACCOUNT)
    case.manifest("30-allow-monitoring.yaml", text.ALLOW_MONITORING_CALICO if correct else text.ALLOW_MONITORING)
    policy = f"{'np' if correct else 'knp'}/monitoring/allow-monitoring"
    allowed = rule("ingress", prometheus, policy)

    def denied(nearest=None):
        return isolated("ingress", prometheus, [policy], nearest)

    prefix = "monitoring, Calico form" if correct else "monitoring"
    if correct:
        case.probe(f"{prefix}: scraper", scraper, prometheus, tcp(9090), "allow", allowed, "by service account")
        case.probe(f"{prefix}: scraper, other port", scraper, prometheus, tcp(9091), "deny",
                   denied(miss(policy, "port")), "another port")
        case.probe(f"{prefix}: labelled pod", labelled, prometheus, tcp(9090), "deny", denied(),
                   "a label is no service account")
        return case
    case.probe(f"{prefix}: scraper", scraper, prometheus, tcp(9090), "deny", denied(miss(policy, "pod label")),
               "serviceAccountName is a field of the pod, not a label")
    case.probe(f"{prefix}: labelled pod", labelled, prometheus, tcp(9090), "allow", allowed, "a pod with that label")
    case.probe(f"{prefix}: labelled pod, other port", labelled, prometheus, tcp(9091), "deny",
               denied(miss(policy, "port")), "another port")
    case.probe(f"{prefix}: labelled pod of another namespace", elsewhere, prometheus, tcp(9090), "deny",
               denied(miss(policy, "namespace")), "podSelector alone: own namespace")
    case.finding("30-allow-monitoring.yaml", case.line("30-allow-monitoring.yaml", "serviceAccountName"),
                 "a label key; Calico's source.serviceAccounts.names is meant")
    return case


def diagnostics(correct):
    a, b = "default/a", "default/b"
    case = fixture("diagnostics-correct" if correct else "diagnostics",
                   "ICMP and DNS, correct form: DNS as NetworkPolicy, ICMP as Calico NetworkPolicy" if correct
                   else "ICMP and DNS: ICMP in a NetworkPolicy is refused, with the DNS rule beside it",
                   pod(a, {"app": "a"}, "node1", "10.65.0.61"),
                   pod(b, {"app": "b"}, "node2", "10.65.0.120", [("http", 80, "TCP")]))
    if correct:
        case.manifest("30-allow-dns.yaml", text.ALLOW_DIAGNOSTICS_DNS)
        case.manifest("31-allow-icmp.yaml", text.ALLOW_DIAGNOSTICS_ICMP)
        dns, icmp = "knp/default/allow-diagnostics", "np/default/allow-diagnostics-icmp"
        case.probe("diagnostics, correct form: ping pod", a, b, ECHO, "allow", no_policy("ingress", b),
                   "the Calico rule", rule("egress", a, icmp))
        case.probe("diagnostics, correct form: ping ext", a, EXT, ECHO, "deny", isolated("egress", a, [dns, icmp]),
                   "the rule's destination is the pods of default")
        case.probe("diagnostics, correct form: DNS", a, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS),
                   "the NetworkPolicy", rule("egress", a, dns))
        case.probe("diagnostics, correct form: rest", a, b, tcp(80), "deny", isolated("egress", a, [dns, icmp]),
                   "neither DNS nor ICMP")
        return case
    file = "30-allow-diagnostics.yaml"
    case.manifest(file, text.ALLOW_DIAGNOSTICS)
    case.exit = 2
    case.diagnostic("diagnostics: message", "error", file, case.line(file, "protocol: ICMP"),
                    'Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
                    "spec.egress[1].ports[0].protocol")
    for dst, packet in ((b, ECHO), (b, tcp(80)), (EXT, ECHO), (EXT, tcp(443))):
        reason = no_policy("ingress", dst) if dst == b else no_policy("egress", a)
        case.probe("diagnostics: pods stay open", a, dst, packet, "allow", reason, "the whole object is refused")
    case.probe("diagnostics: pods stay open", a, KUBE_DNS, udp(53), "allow", no_policy("ingress", COREDNS),
               "its DNS rule is refused with it")
    return case


# --- What is not policy ---------------------------------------------------------------------------------------------


def open_pair(case):
    """An input without policy leaves its pods open: shows that the rest is judged."""
    case.probe(f"{case.name[4:]}: rest judged", F, B, tcp(8080), "allow", no_policy("ingress", B), "no policy")


def fragments():
    case = fixture("fragments", "Fragments of objects, without apiVersion and kind", *myapp_pods())
    case.manifest("40-labels.yaml", text.LABELS_FRAGMENT)
    case.manifest("41-metadata.yaml", text.METADATA_FRAGMENT)
    case.manifest("42-alert.yaml", text.ALERT_FRAGMENT)
    case.exit = 2
    for file in ("40-labels.yaml", "41-metadata.yaml", "42-alert.yaml"):
        case.diagnostic("fragments without kind", "error", file, 1, "kind")
    open_pair(case)
    return case


def not_policy():
    case = fixture("not-policy", "Objects that are not policy: skipped with one note for each kind", *myapp_pods())
    case.manifest("40-kustomization.yaml", text.KUSTOMIZATION)
    case.manifest("41-alert-rule.yaml", text.PROMETHEUS_RULE)
    case.manifest("42-installation.yaml", text.INSTALLATION)
    for file, kind in (("40-kustomization.yaml", "Kustomization"), ("41-alert-rule.yaml", "PrometheusRule"),
                       ("42-installation.yaml", "Installation")):
        case.diagnostic("unknown kinds", "note", file, case.line(file, "apiVersion"), kind)
    open_pair(case)
    return case


def cases():
    name = "kubernetes.io/metadata.name"
    return [
        quick_start("step-2", "step 2 alone: default-deny", step_3=False, hint=False),
        quick_start("both-steps", "both steps: the source's egress is still closed", step_3=True, hint=False),
        quick_start("with-hinted-policy", "with the missing egress policy", step_3=True, hint=True),
        pattern_1("pattern-1", "Pattern 1: deny all, allow specific, as written", dns_open=False),
        pattern_1("pattern-1-labelled", "Pattern 1 with the label name: kube-system on the namespace", True,
                  labelled=True),
        pattern_1("pattern-1-metadata-name", f"Pattern 1 with the selector {name}", True, selector=name),
        pattern_2(), pattern_3(), pattern_4(),
        network_set(correct=False), network_set(correct=True),
        monitoring(correct=False), monitoring(correct=True),
        diagnostics(correct=False), diagnostics(correct=True),
        fragments(), not_policy(),
    ]

"""Kubernetes objects of the scenarios as YAML text, and the layout that all cases share.

Pods live in 10.65.0.0/16: node1 has the block 10.65.0.0/26, node2 10.65.0.64/26. Services are in 10.96.0.0/16, the
outside client is 198.51.100.9.
"""

import re

NODES = {"node1": "192.0.2.1", "node2": "192.0.2.2"}
EXT = "198.51.100.9"
COREDNS = "kube-system/coredns"
KUBE_DNS = "svc/kube-system/kube-dns"
COREDNS_ADDRESS = "10.65.0.70"
KUBE_DNS_ADDRESS = "10.96.0.10"

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*\Z")
NOT_STRINGS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def scalar(text):
    """A YAML 1.1 scalar that kubectl reads as the string `text`."""
    return text if PLAIN.match(text) and text.lower() not in NOT_STRINGS else f'"{text}"'


def mapping(labels):
    return "{" + ", ".join(f"{scalar(k)}: {scalar(v)}" for k, v in labels.items()) + "}"


def node(name):
    return f"""
apiVersion: v1
kind: Node
metadata:
  name: {name}
status:
  addresses:
    - {{type: InternalIP, address: {NODES[name]}}}
    - {{type: Hostname, address: {name}}}
"""


def namespace(name, labels=None):
    text = f"""
apiVersion: v1
kind: Namespace
metadata:
  name: {scalar(name)}
"""
    return text + (f"  labels: {mapping(labels)}\n" if labels else "")


def containers(name, ports, indent):
    """The `containers:` block; `ports` are (name, number, protocol)."""
    rows = ["containers:", f"  - name: {name}", f"    image: example.org/{name}"]
    if ports:
        rows.append("    ports:")
        rows += [f"      - {{name: {n}, containerPort: {p}, protocol: {proto}}}" for n, p, proto in ports]
    return "".join(" " * indent + row + "\n" for row in rows)


def pod(name, labels, node, address, ports=(), service_account=None):
    """A running Pod; `name` is `namespace/name`."""
    ns, short = name.split("/")
    text = f"""
apiVersion: v1
kind: Pod
metadata:
  name: {scalar(short)}
  namespace: {scalar(ns)}
"""
    if labels:
        text += f"  labels: {mapping(labels)}\n"
    text += f"spec:\n  nodeName: {node}\n"
    if service_account:
        text += f"  serviceAccountName: {service_account}\n"
    text += containers("main", ports, 2)
    return text + f"""status:
  phase: Running
  podIP: {address}
  podIPs:
    - {{ip: {address}}}
"""


def service(name, cluster_ip, selector, port, target=None, protocol="TCP", extra=""):
    """A Service of one port; `extra` are further lines of `spec`, `node_port` of its port."""
    ns, short = name.split("/")
    return f"""
apiVersion: v1
kind: Service
metadata:
  name: {short}
  namespace: {ns}
spec:
{extra}  clusterIP: {cluster_ip}
  selector: {mapping(selector)}
  ports:
    - {{port: {port}, targetPort: {target or port}, protocol: {protocol}}}
"""


def endpoint_slice(service_name, address, port, pod_name, node_name):
    """What the endpoint slice controller writes for a Service with one ready pod."""
    ns, short = service_name.split("/")
    return f"""
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {short}-ipv4
  namespace: {ns}
  labels: {{kubernetes.io/service-name: {short}}}
addressType: IPv4
endpoints:
  - addresses: [{address}]
    conditions: {{ready: true, serving: true, terminating: false}}
    nodeName: {node_name}
    targetRef: {{kind: Pod, namespace: {ns}, name: {pod_name}}}
ports:
  - {{name: "", port: {port}, protocol: TCP}}
"""


def replication_controller(name, port):
    """One replica whose template carries `role: <name>` and neither node nor address: a what-if pod."""
    ns, short = name.split("/")
    return f"""
apiVersion: v1
kind: ReplicationController
metadata:
  name: {short}
  namespace: {ns}
spec:
  replicas: 1
  template:
    metadata:
      labels: {{role: {short}}}
    spec:
{containers(short, [("main", port, "TCP")], 6).rstrip()}
"""


def common(case, namespaces, nodes=("node1", "node2")):
    """Writes 00-cluster.yaml: nodes, namespaces and cluster DNS. `namespaces` maps names to labels (or None)."""
    case.manifest(
        "00-cluster.yaml",
        *[node(name) for name in nodes],
        *[namespace(name, labels) for name, labels in {"kube-system": None, **namespaces}.items()],
        pod(
            COREDNS, {"k8s-app": "kube-dns"}, nodes[-1], COREDNS_ADDRESS,
            [("dns", 53, "UDP"), ("dns-tcp", 53, "TCP")],
        ),
        f"""
apiVersion: v1
kind: Service
metadata:
  name: kube-dns
  namespace: kube-system
  labels: {{k8s-app: kube-dns}}
spec:
  clusterIP: {KUBE_DNS_ADDRESS}
  selector: {{k8s-app: kube-dns}}
  ports:
    - {{name: dns, port: 53, targetPort: dns, protocol: UDP}}
    - {{name: dns-tcp, port: 53, targetPort: dns-tcp, protocol: TCP}}
""",
    )

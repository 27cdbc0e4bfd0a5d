import NetTypes

extension Vocabulary {
    /// Namespaces, accounts, nodes and pods as manifests.
    func documents(_ dice: inout Dice) -> [ManifestValue] {
        namespaces.filter(\.hasObject).map {
            .document("v1", "Namespace", $0.name, labels: $0.labels, [:])
        }
            + accounts.map {
                .document("v1", "ServiceAccount", $0.name, namespace: $0.namespace, labels: $0.labels, [:])
            }
            + nodes.map(document)
            + pods.map { $0.kind == .workloadEndpoint ? workloadEndpoint($0) : pod($0, &dice) }
    }

    private func document(_ node: Node) -> ManifestValue {
        let addresses = node.addresses.map {
            ManifestValue.object(["type": .text("InternalIP"), "address": .text("\($0)")])
        }
        return .document("v1", "Node", node.name, ["status": .object(["addresses": .list(addresses)])])
    }

    private func pod(_ pod: Pod, _ dice: inout Dice) -> ManifestValue {
        let ips = ManifestValue.list(pod.addresses.map { .object(["ip": .text("\($0)")]) })
        let hasInit = pod.containers.count > 1 && dice.chance(50)
        let containers = hasInit ? Array(pod.containers.dropLast()) : pod.containers
        return .document(
            "v1", "Pod", pod.name, namespace: pod.namespace, labels: pod.labels,
            annotations: dice.chance(12)
                ? [("cni.projectcalico.org/allowedSourcePrefixes", "[\"203.0.113.0/24\", \"2001:db8:5::/48\"]")] : [],
            [
                "spec": .object([
                    "nodeName": .text(pod.node), "serviceAccountName": pod.account.map { .text($0) },
                    "hostNetwork": pod.kind == .hostNetwork ? .truth(true) : nil,
                    "initContainers": hasInit ? .list(pod.containers.suffix(1).map { container($0, "init") }) : nil,
                    "containers": .list(containers.enumerated().map { container($1, "c\($0)") }),
                ]),
                "status": .object([
                    "phase": .text(pod.kind == .finished ? dice.pick(["Succeeded", "Failed"]) : "Running"),
                    "podIP": pod.addresses.first.map { .text("\($0)") },
                    "podIPs": pod.addresses.count > 1 || dice.chance(50) ? ips : nil,
                ]),
            ])
    }

    private func container(_ ports: [NamedPort], _ name: String) -> ManifestValue {
        let list = ports.map { port in
            ManifestValue.object([
                "name": .text(port.name), "containerPort": .number(port.port),
                "protocol": port.proto == .tcp ? nil : .text("\(port.proto)"),
            ])
        }
        return .object(["name": .text(name), "image": .text("example/image"), "ports": .list(list)])
    }

    private func workloadEndpoint(_ pod: Pod) -> ManifestValue {
        let ports = pod.containers.joined().map { port in
            ManifestValue.object([
                "name": .text(port.name), "protocol": .text("\(port.proto)"), "port": .number(port.port),
            ])
        }
        return .document(
            "projectcalico.org/v3", "WorkloadEndpoint", "\(pod.node)-k8s-\(pod.name)-eth0", namespace: pod.namespace,
            labels: pod.labels,
            [
                "spec": .object([
                    "node": .text(pod.node), "orchestrator": .text("k8s"), "pod": .text(pod.name),
                    "endpoint": .text("eth0"), "interfaceName": .text("caliwep\(pod.name)"),
                    "ipNetworks": .texts(pod.addresses.map { "\(IPPrefix(host: $0))" }),
                    "serviceAccountName": pod.account.map { .text($0) }, "profiles": .texts(pod.profiles),
                    "ports": ports.isEmpty ? nil : .list(ports),
                ])
            ])
    }
}

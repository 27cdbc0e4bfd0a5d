import Diagnostics
import NetTypes
import NetworkTopology
import Selectors

@testable import PolicyIR
@testable import Resources

extension ConvertedObject {
    /// A Pod as the workload endpoint that policy sees.
    init(pod input: JSONValue) throws {
        let decoded = try DecodedInput(input, as: .pod)
        guard case .pod(var pod)? = decoded.object else { throw CorpusFault("no pod") }
        // Other refusals are the API server's, before Calico sees the pod.
        let isUnreadable = decoded.errors.contains { $0.id == "unreadable-annotation" }
        guard let node = pod.spec.nodeName, !isUnreadable else {
            self.init(result: .null, isError: true)
            return
        }
        // Admission fills in the account `default`; the tables' pods have not passed it.
        if input["spec"]?["serviceAccountName"] == nil { pod.spec.serviceAccountName = "" }
        var profiles = ProfileResolution(ClusterSnapshot(sources: SourceMap()))
        var resolution = EndpointResolution()
        resolution.add(pod, node: NodeIndex(0), prefix: "cali", isSynthetic: false, profiles: &profiles)
        guard let endpoint = resolution.endpoints.first, let object = resolution.objects.first,
            let attachment = resolution.attachments.first
        else { throw CorpusFault("no endpoint") }
        let labels = object.labels.own
        // The converter leaves out accounts with names of 63 bytes and more, and the syncer adds them again
        // (kubernetes.md 7); ours is the end of that way.
        let shownLabels = labels.pairs.filter { $0.key != WellKnownLabels.serviceAccount || $0.value.utf8.count < 63 }
        // A finished pod has no endpoint; Calico says the same by taking its addresses away.
        let addresses = EndpointResolution.isEndpoint(pod) ? attachment.addresses : []
        let metadata: [String: JSONValue] = [
            "name": .string(pod.meta.name), "namespace": .string(pod.meta.namespace ?? ""),
            "labels": .object(Dictionary(uniqueKeysWithValues: shownLabels.map { ($0.key, .string($0.value)) })),
        ]
        self.init(
            result: .object([
                "kind": .string("WorkloadEndpoint"), "apiVersion": .string("projectcalico.org/v3"),
                "key": .object([
                    "namespace": .string(pod.meta.namespace ?? ""), "kind": .string("WorkloadEndpoint"),
                ]),
                "metadata": .object(metadata),
                "spec": .object([
                    "pod": .string(String(attachment.name.split(separator: "/").last ?? "")), "node": .string(node),
                    "orchestrator": .string(labels[WellKnownLabels.orchestrator] ?? ""),
                    "serviceAccountName": .string(labels[WellKnownLabels.serviceAccount] ?? ""),
                    "ipNetworks": .strings(addresses.map { IPPrefix(host: $0).description }),
                    "profiles": .strings(endpoint.profiles), "interfaceName": .string(attachment.interface),
                    "ports": .array(object.namedPorts.map(Self.port)),
                    "allowSpoofedSourcePrefixes": .strings(pod.allowedSourcePrefixes.map(\.description)),
                ]),
            ]),
            unmodelled: [
                "key.name": Self.dataStore, "metadata.name": Self.dataStore, "uid": Self.dataStore,
                "revision": Self.dataStore, "generateName": Self.dataStore, "metadata.generateName": Self.dataStore,
                "metadata.uid": Self.dataStore, "metadata.resourceVersion": Self.dataStore,
                "metadata.annotations": Self.dataStore,
                "spec.endpoint": "names of interfaces inside the pod", "spec.containerID": "names of containers",
                "spec.workload": "names of workloads that are no pods", "spec.mac": "link layer addresses",
                "spec.ipnats": "floating addresses: translation, not policy",
                "spec.qoSControls": "limits of rates and connections: no policy",
            ],
            reduced: ["spec.ports": Self.policyPorts])
    }

    private static func port(_ port: NamedPort) -> JSONValue {
        .object([
            "name": .string(port.name), "protocol": .string(port.proto.description),
            "port": .number(Double(port.port)),
        ])
    }

    /// Ports without name are dropped later, no rule can mean them; host ports are no policy (calico.md 7).
    @Sendable private static func policyPorts(_ expected: JSONValue) -> JSONValue {
        guard case .array(let ports) = expected else { return expected }
        return .array(
            ports.filter { $0["name"] != nil }.map { port in
                guard case .object(let fields) = port else { return port }
                return .object(fields.filter { $0.key != "hostPort" && $0.key != "hostIP" })
            })
    }
}

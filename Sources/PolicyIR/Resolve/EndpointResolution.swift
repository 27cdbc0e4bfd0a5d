import Diagnostics
import NetTypes
import NetworkTopology
import Resources
import Selectors

/// Pods, WorkloadEndpoints, HostEndpoints and network sets → the objects that selectors reach, and the endpoints that
/// policy judges (calico.md 7, 1.7).
struct EndpointResolution {
    private(set) var objects: [LabelledObject] = []
    private(set) var endpoints: [WorkloadEndpoint] = []
    private(set) var attachments: [Topology.Endpoint] = []
    private(set) var refused: [Topology.Endpoint] = []
    private(set) var hostEndpoints: [HostEndpoint] = []
    private(set) var hostAttachments: [Topology.HostEndpoint] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var interfaceOwners: [String: String] = [:]

    /// Pods that exist for policy: scheduled, with an address, not finished, not on the host's network.
    static func isEndpoint(_ pod: Pod) -> Bool {
        !pod.spec.hostNetwork && pod.spec.nodeName != nil && !pod.addresses.isEmpty && !pod.isFinished
    }

    /// `cali` + the first 11 hex digits of SHA-1 of `namespace.name`, behind the first configured prefix.
    static func interfaceName(namespace: String, name: String, prefix: String) -> String {
        let digits = SecureHash.sha1("\(namespace).\(name)".utf8).flatMap { byte in
            [String(byte >> 4, radix: 16), String(byte & 15, radix: 16)]
        }
        return prefix + digits.prefix(11).joined()
    }

    mutating func add(_ pod: Pod, node: NodeIndex, prefix: String, isSynthetic: Bool, profiles: inout ProfileResolution)
    {
        let namespace = pod.meta.namespace ?? "default"
        let account = pod.spec.serviceAccountName
        let names = profiles.podProfiles(namespace: namespace, account: account)
        var own = Self.unreserved(pod.meta.labels)
        own.append((key: WellKnownLabels.namespace, value: namespace))
        own.append((key: WellKnownLabels.orchestrator, value: "k8s"))
        if !account.isEmpty { own.append((key: WellKnownLabels.serviceAccount, value: account)) }
        addWorkload(
            name: "\(namespace)/\(pod.meta.name)",
            object: LabelledObject(
                kind: .workload, name: "pod \(namespace)/\(pod.meta.name)",
                labels: EffectiveLabels(own: Labels(own), inherited: profiles.labels(of: names)),
                prefixes: pod.addresses.map { IPPrefix(host: $0) }, namedPorts: pod.spec.namedPorts,
                location: pod.meta.location),
            profiles: names, declaredPorts: pod.spec.declaredPorts,
            attachment: Topology.Endpoint(
                name: "\(namespace)/\(pod.meta.name)", node: node,
                interface: Self.interfaceName(namespace: namespace, name: pod.meta.name, prefix: prefix),
                addresses: pod.addresses, isSynthetic: isSynthetic,
                allowedSourcePrefixes: pod.allowedSourcePrefixes))
    }

    mutating func add(_ resource: WorkloadEndpointResource, node: NodeIndex, profiles: inout ProfileResolution) {
        let namespace = resource.meta.namespace ?? "default"
        profiles.synthesize(resource.profiles)
        var own = Self.unreserved(resource.meta.labels)
        own.append((key: WellKnownLabels.namespace, value: namespace))
        if let orchestrator = resource.orchestrator {
            own.append((key: WellKnownLabels.orchestrator, value: orchestrator))
        }
        if let account = resource.serviceAccountName, !account.isEmpty {
            own.append((key: WellKnownLabels.serviceAccount, value: account))
        }
        addWorkload(
            name: "\(namespace)/\(resource.workload)",
            object: LabelledObject(
                kind: .workload, name: "WorkloadEndpoint \(resource.meta.qualifiedName)",
                labels: EffectiveLabels(own: Labels(own), inherited: profiles.labels(of: resource.profiles)),
                prefixes: resource.addresses.map { IPPrefix(host: $0) }, namedPorts: resource.ports,
                location: resource.meta.location),
            profiles: resource.profiles, declaredPorts: resource.ports,
            attachment: Topology.Endpoint(
                name: "\(namespace)/\(resource.workload)", node: node, interface: resource.interfaceName,
                addresses: resource.addresses, allowedSourcePrefixes: resource.allowedSourcePrefixes))
    }

    /// An endpoint that Felix does not take.
    mutating func refuse(_ pod: Pod, node: NodeIndex, prefix: String) {
        let namespace = pod.meta.namespace ?? "default"
        refused.append(
            Topology.Endpoint(
                name: "\(namespace)/\(pod.meta.name)", node: node,
                interface: Self.interfaceName(namespace: namespace, name: pod.meta.name, prefix: prefix),
                addresses: pod.addresses))
    }

    mutating func refuse(_ resource: WorkloadEndpointResource, node: NodeIndex) {
        refused.append(
            Topology.Endpoint(
                name: "\(resource.meta.namespace ?? "default")/\(resource.workload)", node: node,
                interface: resource.interfaceName, addresses: resource.addresses))
    }

    /// An object's labels without those that would pretend to come from its namespace or service account.
    private static func unreserved(_ labels: Labels) -> [(key: String, value: String)] {
        labels.pairs.filter { !$0.key.hasPrefix("pcns.") && !$0.key.hasPrefix("pcsa.") }
    }

    /// The first endpoint of an interface gets it. Another one is no endpoint, but selectors reach its addresses, unless
    /// it is the same workload told twice: as a Pod and as the WorkloadEndpoint that Calico made of it.
    private mutating func addWorkload(
        name: String, object: LabelledObject, profiles: [String], declaredPorts: [NamedPort],
        attachment: Topology.Endpoint
    ) {
        let slot = "\(attachment.node.value)/\(attachment.interface)"
        if let owner = interfaceOwners[slot] {
            diagnostics.append(
                Diagnostic(
                    .warning, "duplicate-interface", at: object.location,
                    "interface \(attachment.interface) already belongs to \(owner): \(name) is not an endpoint, no "
                        + "policy is applied to it",
                    hint: "give each workload endpoint of a node its own interface name"))
            if owner != name { objects.append(object) }
            return
        }
        interfaceOwners[slot] = name
        endpoints.append(
            WorkloadEndpoint(
                name: name, object: objects.count, profiles: profiles, declaredPorts: declaredPorts,
                location: object.location))
        objects.append(object)
        attachments.append(attachment)
    }

    mutating func add(_ set: NetworkSet, profiles: inout ProfileResolution) {
        var own = set.meta.labels.pairs
        var inherited: [Labels] = []
        if !set.isGlobal, let namespace = set.meta.namespace {
            own.append((key: WellKnownLabels.namespace, value: namespace))
            profiles.synthesizeNamespace(namespace)
            inherited = profiles.labels(of: [ProfileResolution.namespaceProfile(namespace)])
        }
        let kind = set.isGlobal ? "GlobalNetworkSet" : "NetworkSet"
        objects.append(
            LabelledObject(
                kind: .networkSet, name: "\(kind) \(set.meta.qualifiedName)",
                labels: EffectiveLabels(own: Labels(own), inherited: inherited), prefixes: set.nets.map(\.value),
                namedPorts: [], location: set.meta.location))
    }

    mutating func add(_ host: HostEndpointResource, node: NodeIndex, profiles: inout ProfileResolution) {
        profiles.synthesize(host.profiles)
        hostEndpoints.append(
            HostEndpoint(
                name: host.meta.name, object: objects.count, profiles: host.profiles, location: host.meta.location))
        hostAttachments.append(
            Topology.HostEndpoint(name: host.meta.name, node: node, interface: Self.interface(of: host)))
        objects.append(
            LabelledObject(
                kind: .host, name: "HostEndpoint \(host.meta.name)",
                labels: EffectiveLabels(own: host.meta.labels, inherited: profiles.labels(of: host.profiles)),
                prefixes: host.expectedIPs.map { IPPrefix(host: $0) }, namedPorts: host.ports,
                location: host.meta.location))
    }

    private static func interface(of host: HostEndpointResource) -> Topology.HostEndpoint.Interface {
        switch host.interfaceName {
        case "*": .any
        case "": .withAddresses(host.expectedIPs)
        default: .named(host.interfaceName)
        }
    }
}

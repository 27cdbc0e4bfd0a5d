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
    /// Places in `endpoints`.
    private var interfaceOwners: [InterfaceSlot: Int] = [:]

    private struct InterfaceSlot: Hashable {
        var node: NodeIndex
        var interface: String
    }

    mutating func reserveCapacity(_ count: Int) {
        objects.reserveCapacity(count)
        endpoints.reserveCapacity(count)
        attachments.reserveCapacity(count)
        interfaceOwners.reserveCapacity(count)
    }

    /// Pods that exist for policy: scheduled, with an address, not finished, not on the host's network.
    static func isEndpoint(_ pod: Pod) -> Bool {
        !pod.spec.hostNetwork && pod.spec.nodeName != nil && !pod.addresses.isEmpty && !pod.isFinished
    }

    /// `cali` + the first 11 hex digits of SHA-1 of `namespace.name`, behind the first configured prefix.
    static func interfaceName(namespace: String, name: String, prefix: String) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(namespace.utf8.count + name.utf8.count + 1)
        text += namespace.utf8
        text.append(UInt8(ascii: "."))
        text += name.utf8
        let hash = SecureHash.sha1(text)
        text.removeAll(keepingCapacity: true)
        text += prefix.utf8
        for index in 0..<6 { text.appendHexadecimal(hash[index]) }
        text.removeLast()
        return String(decoding: text, as: UTF8.self)
    }

    mutating func add(_ pod: Pod, node: NodeIndex, prefix: String, isSynthetic: Bool, profiles: inout ProfileResolution)
    {
        let namespace = pod.meta.namespace ?? "default"
        let listed = profiles.podProfiles(namespace: namespace, account: pod.spec.serviceAccountName)
        let name = namespace + "/" + pod.meta.name
        addWorkload(
            name: name, object: Self.object(pod, namespace: namespace, listed.inheritance),
            profiles: listed.names, declaredPorts: pod.spec.declaredPorts,
            attachment: Topology.Endpoint(
                name: name, node: node,
                interface: Self.interfaceName(namespace: namespace, name: pod.meta.name, prefix: prefix),
                addresses: pod.addresses, isSynthetic: isSynthetic,
                allowedSourcePrefixes: pod.allowedSourcePrefixes))
    }

    /// A pod that another node judges: selectors reach it, and that is all.
    mutating func addMember(_ pod: Pod, profiles: inout ProfileResolution) {
        let namespace = pod.meta.namespace ?? "default"
        let listed = profiles.podProfiles(namespace: namespace, account: pod.spec.serviceAccountName)
        objects.append(Self.object(pod, namespace: namespace, listed.inheritance))
    }

    private static func object(
        _ pod: Pod, namespace: String, _ inheritance: EffectiveLabels.Inheritance
    ) -> LabelledObject {
        let own = Self.own(
            pod.meta.labels, namespace: namespace, orchestrator: "k8s", account: pod.spec.serviceAccountName)
        var name = "pod "
        name.reserveCapacity(5 + namespace.utf8.count + pod.meta.name.utf8.count)
        name += namespace
        name += "/"
        name += pod.meta.name
        return LabelledObject(
            kind: .workload, name: name, labels: EffectiveLabels(own: own, inheritance: inheritance),
            prefixes: pod.addresses.map { IPPrefix(host: $0) }, namedPorts: pod.spec.namedPorts,
            location: pod.meta.location)
    }

    mutating func add(_ resource: WorkloadEndpointResource, node: NodeIndex, profiles: inout ProfileResolution) {
        let namespace = resource.meta.namespace ?? "default"
        let own = Self.own(
            resource.meta.labels, namespace: namespace, orchestrator: resource.orchestrator,
            account: resource.serviceAccountName)
        addWorkload(
            name: "\(namespace)/\(resource.workload)",
            object: LabelledObject(
                kind: .workload, name: "WorkloadEndpoint \(resource.meta.qualifiedName)",
                labels: EffectiveLabels(own: own, inheritance: profiles.inheritance(of: resource.profiles)),
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

    private static let reservedPrefixes = ["pcns.", "pcsa."]

    /// An object's labels without those that would pretend to come from its namespace or service account, and with those
    /// that Calico sets.
    private static func own(
        _ labels: Labels, namespace: String, orchestrator: String?, account: String?
    ) -> Labels {
        var added: [(key: String, value: String)] = []
        added.reserveCapacity(3)
        added.append((key: WellKnownLabels.namespace, value: namespace))
        if let orchestrator { added.append((key: WellKnownLabels.orchestrator, value: orchestrator)) }
        if let account, !account.isEmpty { added.append((key: WellKnownLabels.serviceAccount, value: account)) }
        return labels.without(prefixes: reservedPrefixes).adding(ascending: added)
    }

    /// The first endpoint of an interface gets it. Another one is no endpoint, but selectors reach its addresses, unless
    /// it is the same workload told twice: as a Pod and as the WorkloadEndpoint that Calico made of it.
    private mutating func addWorkload(
        name: String, object: LabelledObject, profiles: [String], declaredPorts: [NamedPort],
        attachment: Topology.Endpoint
    ) {
        let slot = InterfaceSlot(node: attachment.node, interface: attachment.interface)
        let place = interfaceOwners[slot, default: endpoints.count]
        if place < endpoints.count {
            let owner = endpoints[place].name
            diagnostics.append(
                Diagnostic(
                    .warning, "duplicate-interface", at: object.location,
                    "interface \(attachment.interface) already belongs to \(owner): \(name) is not an endpoint, no "
                        + "policy is applied to it",
                    hint: "give each workload endpoint of a node its own interface name"))
            if owner != name { objects.append(object) }
            return
        }
        interfaceOwners[slot] = place
        endpoints.append(
            WorkloadEndpoint(
                name: name, object: objects.count, profiles: profiles, declaredPorts: declaredPorts,
                location: object.location))
        objects.append(object)
        attachments.append(attachment)
    }

    mutating func add(_ set: NetworkSet, profiles: inout ProfileResolution) {
        var own = set.meta.labels
        var inheritance = EffectiveLabels.Inheritance.none
        if !set.isGlobal, let namespace = set.meta.namespace {
            own = own.adding(ascending: [(key: WellKnownLabels.namespace, value: namespace)])
            inheritance = profiles.inheritance(of: [ProfileResolution.namespaceProfile(namespace)])
        }
        let kind = set.isGlobal ? "GlobalNetworkSet" : "NetworkSet"
        objects.append(
            LabelledObject(
                kind: .networkSet, name: "\(kind) \(set.meta.qualifiedName)",
                labels: EffectiveLabels(own: own, inheritance: inheritance), prefixes: set.nets.map(\.value),
                namedPorts: [], location: set.meta.location))
    }

    mutating func add(_ host: HostEndpointResource, node: NodeIndex, profiles: inout ProfileResolution) {
        hostEndpoints.append(
            HostEndpoint(
                name: host.meta.name, object: objects.count, profiles: host.profiles, location: host.meta.location))
        hostAttachments.append(
            Topology.HostEndpoint(name: host.meta.name, node: node, interface: Self.interface(of: host)))
        objects.append(
            LabelledObject(
                kind: .host, name: "HostEndpoint \(host.meta.name)",
                labels: EffectiveLabels(
                    own: host.meta.labels, inheritance: profiles.inheritance(of: host.profiles)),
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

public import Diagnostics
public import NetTypes
public import NetworkTopology
public import Resources
import Selectors

/// What resolving may do beyond reading the resources.
public struct ResolveOptions: Sendable {
    /// Make up pods for workload templates and unscheduled Pods (kubernetes.md 7).
    public var whatIf: Bool
    /// Outside interfaces of the nodes besides the default one, with what is behind them.
    public var interfaces: [Topology.OutsideInterface]
    /// The interface behind which everything else outside is; `nil`: the one that host endpoints name, or eth0.
    public var defaultInterface: String?
    /// Addresses of nodes, by name, that no manifest tells.
    public var nodeAddresses: [String: [IPAddress]] = [:]
    /// Addresses of the domain names that rules name.
    public var domains = DomainTable()
    /// Which policies count as enforced.
    public var staging = Staging.asWritten
    /// The node that judges alone: the result is its view, and policies that none of its endpoints has may be missing.
    public var node: String?

    public init(whatIf: Bool, interfaces: [Topology.OutsideInterface] = []) {
        self.whatIf = whatIf
        self.interfaces = interfaces
    }
}

extension ResolvedCluster {
    /// Resources → resolved cluster. Never fails: what the resources lack is synthesized or left out with a diagnostic.
    public static func resolve(
        _ snapshot: ClusterSnapshot, options: ResolveOptions
    ) -> (cluster: ResolvedCluster, diagnostics: [Diagnostic]) {
        var resolver = ClusterResolver(snapshot: snapshot, options: options)
        var cluster = resolver.resolve()
        cluster.domains = options.domains
        if let node = options.node.flatMap({ cluster.topology.node(named: $0) }) { cluster = cluster.view(of: node) }
        let judged = cluster.with(options.staging)
        let quirks = QuirkFindings(judged, returnedAllow: resolver.returnedAllow)
        return (
            judged, resolver.diagnostics + cluster.stagingFindings(options.staging) + quirks.diagnostics
        )
    }
}

private struct ClusterResolver {
    let snapshot: ClusterSnapshot
    let options: ResolveOptions
    var diagnostics: [Diagnostic] = []
    var profiles: ProfileResolution
    var nodes: [Topology.Node] = []
    var nodeIndices: [String: NodeIndex] = [:]
    /// Where an allow action of Return shows.
    var returnedAllow: [SourceLocation] = []
    private var scope: NodeScope?

    init(snapshot: ClusterSnapshot, options: ResolveOptions) {
        self.snapshot = snapshot
        self.options = options
        profiles = ProfileResolution(snapshot)
        scope = NodeScope(snapshot, options)
        for node in snapshot.nodes { addNode(node.meta.name, addresses: node.addresses) }
    }

    mutating func resolve() -> ResolvedCluster {
        for (name, addresses) in options.nodeAddresses where nodeIndices[name] != nil {
            addNode(name, addresses: addresses)
        }
        let settings = SettingsResolution(snapshot)
        let pods = placedPods()
        for place in pods.indices where pods[place].pod.spec.hostNetwork && !pods[place].pod.isFinished {
            addNode(pods[place].node, addresses: pods[place].pod.addresses)
        }
        var endpoints = EndpointResolution()
        endpoints.reserveCapacity(pods.count + snapshot.networkSets.count)
        var prefixOfNode: [NodeIndex: String] = [:]
        func prefix(_ node: NodeIndex, _ name: String) -> String {
            if let known = prefixOfNode[node] { return known }
            let prefix = settings.interfacePrefix(node: name)
            prefixOfNode[node] = prefix
            return prefix
        }
        for pod in pods where EndpointResolution.isEndpoint(pod.pod) {
            let node = addNode(pod.node)
            guard mayBind(pod.pod.allowedSourcePrefixes, settings, node: pod.node, pod.pod.meta) else {
                endpoints.refuse(pod.pod, node: node, prefix: prefix(node, pod.node))
                continue
            }
            if let scope, scope.node != pod.node {
                endpoints.addMember(pod.pod, profiles: &profiles)
            } else {
                endpoints.add(
                    pod.pod, node: node, prefix: prefix(node, pod.node), isSynthetic: pod.isSynthetic,
                    profiles: &profiles)
            }
        }
        for endpoint in snapshot.workloadEndpoints where !endpoint.addresses.isEmpty {
            guard mayBind(endpoint.allowedSourcePrefixes, settings, node: endpoint.node, endpoint.meta) else {
                endpoints.refuse(endpoint, node: addNode(endpoint.node))
                continue
            }
            endpoints.add(endpoint, node: addNode(endpoint.node), profiles: &profiles)
        }
        for host in snapshot.hostEndpoints {
            endpoints.add(host, node: addNode(host.node), profiles: &profiles)
        }
        for set in snapshot.networkSets { endpoints.add(set, profiles: &profiles) }
        scope?.note(endpoints)
        diagnostics += endpoints.diagnostics

        let services = ServiceResolution(
            services: snapshot.services, slices: snapshot.endpointSlices,
            pods: snapshot.services.isEmpty
                ? [] : pods.map(\.pod).filter { !$0.isFinished && !$0.addresses.isEmpty })
        let policies = resolvedPolicies()
        let nodeSettings = nodes.map { settings.settings(node: $0.name) }
        let prefixes = Set(nodeSettings.flatMap(\.interfacePrefixes))
        var podInterfaces: Set<String>?
        let interfaces = InterfaceResolution(snapshot, options) { name in
            let known = podInterfaces ?? Set(endpoints.attachments.map(\.interface))
            podInterfaces = known
            return known.contains(name) || prefixes.contains { name.hasPrefix($0) }
        }
        let topology = Topology(
            nodes: nodes, endpoints: endpoints.attachments, refused: endpoints.refused,
            hostEndpoints: endpoints.hostAttachments, outsideInterfaces: interfaces.outside,
            defaultInterface: interfaces.defaultInterface)
        diagnostics += interfaces.diagnostics + InterfaceResolution.unbound(snapshot.hostEndpoints, topology)
        returnedAllow = nodes.compactMap { settings.returnedAllow(node: $0.name) }
        return ResolvedCluster(
            topology: topology,
            endpoints: endpoints.endpoints,
            hostEndpoints: endpoints.hostEndpoints,
            objects: endpoints.objects,
            tiers: TierOrdering.order(tiers: snapshot.tiers, policies: policies),
            stagedDeletions: StagedDeletion.all(snapshot),
            profiles: profiles.profiles,
            serviceMembers: services.members(),
            nodeSettings: nodeSettings,
            services: services.table(nodeAddresses: nodes.flatMap(\.addresses)),
            sources: snapshot.sources)
    }

    private mutating func resolvedPolicies() -> [(tier: String, policy: ResolvedPolicy)] {
        var clusterPolicies = ClusterPolicyConversion()
        var peers = KubernetesPeers()
        defer { diagnostics += clusterPolicies.diagnostics }
        return snapshot.kubernetesPolicies.filter {
            $0.stagedAction != .delete && scope?.reaches(KubernetesPolicyConversion.namespace(of: $0)) ?? true
        }.map {
            (KubernetesPolicyConversion.tier, KubernetesPolicyConversion.resolve($0, &peers))
        }
            + snapshot.calicoPolicies.filter { policy in
                policy.stagedAction != .delete
                    && PolicyResolution.name(of: policy).namespace.flatMap { scope?.reaches($0) } ?? true
            }.map {
                ($0.tier.value, PolicyResolution.resolve($0))
            }
            + snapshot.clusterPolicies.map { (ClusterPolicyConversion.tier($0), clusterPolicies.resolve($0)) }
    }

    // MARK: Nodes

    @discardableResult
    private mutating func addNode(_ name: String, addresses: [IPAddress] = []) -> NodeIndex {
        let index = nodeIndices[name] ?? NodeIndex(nodes.count)
        if index.value == nodes.count {
            nodes.append(Topology.Node(name: name, addresses: []))
            nodeIndices[name] = index
        }
        for address in addresses where !nodes[index.value].addresses.contains(address) {
            nodes[index.value].addresses.append(address)
        }
        return index
    }

    // MARK: Pods

    private struct PlacedPod {
        var pod: Pod
        var node: String
        var isSynthetic: Bool
    }

    /// Scheduled pods as they are; others, and those of workload templates without pods, only as "what if".
    private mutating func placedPods() -> [PlacedPod] {
        var placed: [PlacedPod] = []
        placed.reserveCapacity(snapshot.pods.count)
        for pod in snapshot.pods {
            guard let node = pod.spec.nodeName, !needsAddress(pod) else { continue }
            placed.append(PlacedPod(pod: pod, node: node, isSynthetic: false))
        }
        let bare = snapshot.pods.filter { ($0.spec.nodeName == nil || needsAddress($0)) && !$0.isFinished }
        let templates = snapshot.workloads.isEmpty ? [] : WorkloadPods(snapshot).workloadsWithoutPods
        guard !bare.isEmpty || !templates.isEmpty else { return placed }
        guard options.whatIf else {
            noteLeftOut(bare: bare, templates: templates)
            return placed
        }
        var whatIf = WhatIf(
            nodes: snapshot.nodes.map(\.meta.name)
                + Set(placed.map(\.node))
                .subtracting(snapshot.nodes.map(\.meta.name)),
            avoiding: allPrefixes(), families: familiesInUse())
        for pod in bare { whatIf.place(pod) }
        for workload in templates { whatIf.place(workload) }
        diagnostics += whatIf.diagnostics
        noteMadeUp(whatIf.placed.count)
        placed += whatIf.placed.map { PlacedPod(pod: $0.pod, node: $0.node, isSynthetic: true) }
        return placed
    }

    /// A host-network pod has its node's address and needs none of its own.
    private func needsAddress(_ pod: Pod) -> Bool {
        pod.addresses.isEmpty && !pod.spec.hostNetwork && !pod.isFinished
    }

    private func familiesInUse() -> Set<IPFamily> {
        Set((snapshot.pods.flatMap(\.addresses) + snapshot.nodes.flatMap(\.addresses)).map(\.family))
    }

    /// Every block that could tell a made-up address from an outside one.
    private func allPrefixes() -> [IPPrefix] {
        let calicoRules =
            snapshot.calicoPolicies.flatMap { $0.ingress + $0.egress }
            + snapshot.profiles.flatMap { $0.ingress + $0.egress }
        let ruleNets = calicoRules.flatMap { [$0.source, $0.destination] }
            .flatMap { ($0.nets + $0.notNets).map(\.value) }
        let blocks = snapshot.kubernetesPolicies.flatMap { $0.ingress + $0.egress }.flatMap(\.peers)
            .flatMap { peer -> [IPPrefix] in
                guard case .block(let block) = peer.value else { return [] }
                return [block.cidr] + block.except
            }
        let networks = snapshot.clusterPolicies.flatMap(\.egress).flatMap(\.peers).flatMap { peer -> [IPPrefix] in
            guard case .networks(let networks) = peer.value else { return [] }
            return networks
        }
        return ruleNets + blocks + networks + snapshot.networkSets.flatMap(\.nets).map(\.value)
            + snapshot.ipPools.map(\.cidr) + allAddresses().map { IPPrefix(host: $0) }
    }

    private func allAddresses() -> [IPAddress] {
        var addresses = snapshot.pods.flatMap(\.addresses) + snapshot.nodes.flatMap(\.addresses)
        for service in snapshot.services {
            addresses += service.clusterIPs + service.externalIPs + service.loadBalancerIPs
        }
        addresses += snapshot.workloadEndpoints.flatMap(\.addresses)
        addresses += snapshot.hostEndpoints.flatMap(\.expectedIPs)
        addresses += snapshot.endpointSlices.flatMap(\.endpoints).flatMap(\.addresses)
        return addresses
    }

    /// Whether Felix takes the endpoint: one that asks for source addresses of others is refused as a whole unless its
    /// node allows that (calico.md 1.8).
    private mutating func mayBind(
        _ sourcePrefixes: [IPPrefix], _ settings: SettingsResolution, node: String, _ meta: ObjectMeta
    ) -> Bool {
        guard !sourcePrefixes.isEmpty, !settings.allowsSourceSpoofing(node: node) else { return true }
        diagnostics.append(
            Diagnostic(
                .warning, "source-spoofing-disabled", at: meta.location,
                "\(meta.qualifiedName) asks for source prefixes while workloadSourceSpoofing is Disabled: Felix refuses "
                    + "the endpoint, its addresses leave all sets and nothing passes its interface",
                hint: "set workloadSourceSpoofing: Any in the FelixConfiguration, or drop the prefixes"))
        return false
    }

    // MARK: Diagnostics

    private mutating func noteLeftOut(bare: [Pod], templates: [Workload]) {
        let parts = [
            bare.isEmpty ? nil : "\(bare.count) Pod(s) without node or address",
            templates.isEmpty ? nil : "\(templates.count) workload template(s) without Pods",
        ].compactMap { $0 }
        diagnostics.append(
            Diagnostic(
                .warning, "what-if-left-out", at: (bare.first?.meta ?? templates.first?.meta)?.location,
                "\(parts.joined(separator: " and ")) left out: no endpoint stands for them, so no policy is applied "
                    + "to them and no selector reaches them",
                hint: "--what-if makes up nodes and addresses for them"))
    }

    private mutating func noteMadeUp(_ count: Int) {
        diagnostics.append(
            Diagnostic(
                .note, "what-if", at: nil,
                "what if: \(count) pod(s) made up, with addresses, for workload templates and unscheduled Pods"))
    }
}

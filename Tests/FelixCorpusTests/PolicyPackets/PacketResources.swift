import Diagnostics
import NetTypes
import Selectors

@testable import Resources

/// Packet cases as resources of one cluster.
///
/// Every case is a workload endpoint of one node with policies that select it alone. The tables know tiers, rules and
/// sets as the calculation hands them on, below the API's checks (ports without protocol, several sets on one side,
/// names with blanks), so the resources are made as values, not as text. Names are made up: a case may use one twice.
struct PacketResources {
    private(set) var snapshot = ClusterSnapshot(sources: SourceMap())
    /// What stands behind the names of policies and profiles.
    private(set) var policies: [String: CasePolicy] = [:]
    /// What a trace shows at the end of tiers, by their names.
    private(set) var endRuleIDs: [String: Double] = [:]
    /// Policies on forwarded packets alone: in the API such a policy is a normal one as well.
    private(set) var forwardOnly: Set<String> = []
    private var sets: SetObjects

    private static let caseLabel = "packet-case"
    private static let hostLabel = "packet-host"

    init(_ cases: [PacketCase], behindPassTier: Bool) throws {
        sets = SetObjects(cases)
        snapshot.felixConfigurations = [Self.permissiveSettings]
        for (number, packetCase) in cases.enumerated() { try add(packetCase, number) }
        if behindPassTier {
            let pass = try PassTier.build(for: Selector(parsing: "has(\(Self.caseLabel))"))
            snapshot.tiers.append(pass.tier)
            snapshot.calicoPolicies += pass.policies
        }
        let objects = sets.objects()
        snapshot.networkSets = objects.networkSets
        snapshot.workloadEndpoints += objects.endpoints
        snapshot.endpointSlices = sets.endpointSlices
    }

    static func endpointName(_ number: Int) -> String { "case-\(number)" }

    /// Cases about host endpoints have a node each, all others share one.
    static func nodeName(_ packetCase: PacketCase, _ number: Int) -> String {
        packetCase.isAboutHost ? "node-\(number)" : "node"
    }

    /// The interface of the host endpoints.
    static let hostInterface = "eth0"

    /// Nothing but policy may decide.
    private static var permissiveSettings: FelixConfiguration {
        var settings = FelixConfiguration(meta: meta("default"))
        settings.allowVXLANPacketsFromWorkloads = true
        settings.allowIPIPPacketsFromWorkloads = true
        settings.workloadSourceSpoofingAllowed = true
        settings.defaultEndpointToHostAction = Located(.return, at: .builtIn)
        settings.failsafeInboundHostPorts = []
        settings.failsafeOutboundHostPorts = []
        return settings
    }

    private static func meta(_ name: String, labels: Labels = Labels()) -> ObjectMeta {
        ObjectMeta(name: name, namespace: nil, labels: labels, location: .builtIn)
    }

    private mutating func add(_ packetCase: PacketCase, _ number: Int) throws {
        if packetCase.isAboutHost { try addHost(packetCase, number) }
        guard packetCase.endpoint == .workload else {
            guard packetCase.tiers.isEmpty, packetCase.profiles.isEmpty else {
                throw CorpusFault("\(packetCase.id): tiers of a workload endpoint beside \(packetCase.endpoint)")
            }
            return
        }
        var template = CalicoPolicy(meta: Self.meta(""), isGlobal: true, tier: Located("", at: .builtIn))
        template.selector = Located(try Selector(parsing: "\(Self.caseLabel) == '\(number)'"), at: .builtIn)
        template.governsIngress = packetCase.direction != .egress
        template.governsEgress = packetCase.direction != .ingress
        try add(packetCase.tiers, named: "tier-\(number)", of: number, like: template)
        let profiles = try add(profiles: packetCase.profiles, named: "profile-\(number)", of: number)
        snapshot.workloadEndpoints.append(
            Self.endpoint(number, node: Self.nodeName(packetCase, number), profiles))
    }

    /// A host endpoint with the tiers of each kind of policy.
    private mutating func addHost(_ packetCase: PacketCase, _ number: Int) throws {
        let host = packetCase.host ?? CaseHost()
        let isUntracked = packetCase.endpoint == .xdp
        guard !isUntracked || (host.preDNATTiers + host.forwardTiers).isEmpty, !isUntracked || host.profiles.isEmpty
        else { throw CorpusFault("\(packetCase.id): xdp with other than normal tiers") }
        guard !host.suppressNormalPolicy || packetCase.endpoint == .workload else {
            throw CorpusFault("\(packetCase.id): normal policy suppressed at a host endpoint")
        }
        var template = CalicoPolicy(meta: Self.meta(""), isGlobal: true, tier: Located("", at: .builtIn))
        template.selector = Located(try Selector(parsing: "\(Self.hostLabel) == '\(number)'"), at: .builtIn)
        template.governsEgress = true
        template.doNotTrack = isUntracked
        if !host.suppressNormalPolicy {
            try add(host.normalTiers, named: "normal-\(number)", of: number, like: template)
        }
        template.applyOnForward = true
        let names = try add(host.forwardTiers, named: "forward-\(number)", of: number, like: template)
        forwardOnly.formUnion(names)
        template.preDNAT = true
        template.governsEgress = false
        try add(host.preDNATTiers, named: "pre-dnat-\(number)", of: number, like: template)
        let profiles = try add(profiles: host.profiles, named: "host-profile-\(number)", of: number)
        snapshot.hostEndpoints.append(
            HostEndpointResource(
                meta: Self.meta("host-\(number)", labels: [Self.hostLabel: "\(number)"]),
                node: Self.nodeName(packetCase, number), interfaceName: Self.hostInterface, expectedIPs: [],
                profiles: profiles, ports: []))
    }

    /// Adds tiers with policies that are like `template`; gives the policies' names.
    @discardableResult
    private mutating func add(
        _ tiers: [CaseTier], named base: String, of number: Int, like template: CalicoPolicy
    ) throws -> [String] {
        var names: [String] = []
        for (index, tier) in tiers.enumerated() {
            let name = "\(base).\(index)"
            snapshot.tiers.append(
                Tier(meta: Self.meta(name), order: Double(index), defaultAction: tier.passesAtEnd ? .pass : .deny))
            endRuleIDs[name] = tier.endRuleID
            for (place, policy) in tier.policies.enumerated() {
                var resource = template
                resource.meta = Self.meta("\(name).\(place)")
                resource.tier = Located(name, at: .builtIn)
                resource.order = Double(place)
                resource.stagedAction = policy.isStaged ? .set : nil
                // Whoever reaches the place of a missing policy gets no further.
                resource.ingress =
                    policy.isMissing
                    ? [CalicoRule(action: .deny, location: .builtIn)]
                    : try policy.rules.map { try $0.calicoRule(ofCase: number, &sets) }
                resource.egress = resource.ingress
                policies[resource.meta.name] = policy
                names.append(resource.meta.name)
                snapshot.calicoPolicies.append(resource)
            }
        }
        return names
    }

    /// Adds profiles; gives their names.
    private mutating func add(
        profiles: [CasePolicy], named base: String, of number: Int
    ) throws -> [String] {
        try profiles.enumerated().map { index, profile in
            let name = "\(base).\(index)"
            let rules = try profile.rules.map { try $0.calicoRule(ofCase: number, &sets) }
            policies[name] = profile
            snapshot.profiles.append(
                Profile(meta: Self.meta(name), ingress: rules, egress: rules, labelsToApply: Labels()))
            return name
        }
    }

    private static func endpoint(_ number: Int, node: String, _ profiles: [String]) -> WorkloadEndpointResource {
        let everywhere = [IPPrefix(IPAddress(v4: 0), length: 0), IPPrefix(IPAddress(v6: 0), length: 0)]
        return WorkloadEndpointResource(
            meta: meta(endpointName(number), labels: [caseLabel: "\(number)"]), node: node,
            workload: endpointName(number), interfaceName: "case\(number)",
            addresses: [
                IPAddress(v4: 198 << 24 | 18 << 16 | UInt32(number)),
                IPAddress(v6: 0xfd << 120 | UInt128(number)),
            ], profiles: profiles, ports: [], serviceAccountName: nil, allowedSourcePrefixes: everywhere)
    }
}

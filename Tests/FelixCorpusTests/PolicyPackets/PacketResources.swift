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
    private var sets: SetObjects

    static let nodeName = "node"
    private static let caseLabel = "packet-case"

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

    /// Nothing but policy may decide.
    private static var permissiveSettings: FelixConfiguration {
        var settings = FelixConfiguration(meta: meta("default"))
        settings.allowVXLANPacketsFromWorkloads = true
        settings.allowIPIPPacketsFromWorkloads = true
        settings.workloadSourceSpoofingAllowed = true
        return settings
    }

    private static func meta(_ name: String, labels: Labels = Labels()) -> ObjectMeta {
        ObjectMeta(name: name, namespace: nil, labels: labels, location: .builtIn)
    }

    private mutating func add(_ packetCase: PacketCase, _ number: Int) throws {
        for (index, tier) in packetCase.tiers.enumerated() {
            let name = "tier-\(number).\(index)"
            snapshot.tiers.append(
                Tier(
                    meta: Self.meta(name), order: Double(index), defaultAction: tier.passesAtEnd ? .pass : .deny))
            endRuleIDs[name] = tier.endRuleID
            for (place, policy) in tier.policies.enumerated() {
                snapshot.calicoPolicies.append(
                    try calicoPolicy(policy, "\(name).\(place)", tier: name, order: place, packetCase, number))
            }
        }
        var profiles: [String] = []
        for (index, profile) in packetCase.profiles.enumerated() {
            let name = "profile-\(number).\(index)"
            policies[name] = profile
            let rules = try profile.rules.map { try $0.calicoRule(ofCase: number, &sets) }
            snapshot.profiles.append(
                Profile(meta: Self.meta(name), ingress: rules, egress: rules, labelsToApply: Labels()))
            profiles.append(name)
        }
        snapshot.workloadEndpoints.append(Self.endpoint(number, profiles))
    }

    private mutating func calicoPolicy(
        _ policy: CasePolicy, _ name: String, tier: String, order: Int, _ packetCase: PacketCase, _ number: Int
    ) throws -> CalicoPolicy {
        policies[name] = policy
        var resource = CalicoPolicy(meta: Self.meta(name), isGlobal: true, tier: Located(tier, at: .builtIn))
        resource.order = Double(order)
        resource.stagedAction = policy.isStaged ? .set : nil
        resource.selector = Located(try Selector(parsing: "\(Self.caseLabel) == '\(number)'"), at: .builtIn)
        // Whoever reaches the place of a missing policy gets no further.
        let rules =
            policy.isMissing
            ? [CalicoRule(action: .deny, location: .builtIn)]
            : try policy.rules.map { try $0.calicoRule(ofCase: number, &sets) }
        resource.ingress = rules
        resource.egress = rules
        resource.governsIngress = packetCase.direction != .egress
        resource.governsEgress = packetCase.direction != .ingress
        return resource
    }

    private static func endpoint(_ number: Int, _ profiles: [String]) -> WorkloadEndpointResource {
        let everywhere = [IPPrefix(IPAddress(v4: 0), length: 0), IPPrefix(IPAddress(v6: 0), length: 0)]
        return WorkloadEndpointResource(
            meta: meta(endpointName(number), labels: [caseLabel: "\(number)"]), node: nodeName,
            workload: endpointName(number), interfaceName: "case\(number)",
            addresses: [
                IPAddress(v4: 198 << 24 | 18 << 16 | UInt32(number)),
                IPAddress(v6: 0xfd << 120 | UInt128(number)),
            ], profiles: profiles, ports: [], serviceAccountName: nil, allowedSourcePrefixes: everywhere)
    }
}

import NetTypes

/// A policy or profile of a packet case, in order of evaluation.
struct CasePolicy {
    var name: String
    var rules: [CaseRule]
    var isStaged = false
    /// Named by the endpoint, but never delivered.
    var isMissing = false
}

struct CaseTier {
    var passesAtEnd: Bool
    var policies: [CasePolicy]
    /// What a trace shows where none of the policies decided.
    var endRuleID: Double?
}

/// What a host endpoint adds to a case.
struct CaseHost {
    var preDNATTiers: [CaseTier] = []
    var forwardTiers: [CaseTier] = []
    var normalTiers: [CaseTier] = []
    var profiles: [CasePolicy] = []
    /// Packets of the host's own meet no normal policy.
    var suppressNormalPolicy = false
}

/// One case of `policy_packets`: policy, packets, verdicts.
struct PacketCase {
    enum Endpoint: String {
        case workload
        case host
        case xdp
    }

    enum Scope: String {
        case enforcedOnly = "EnforcedOnly"
        case stagedAsEnforced = "StagedAsEnforced"
    }

    var id: String
    var endpoint = Endpoint.workload
    /// `nil`: the case holds both ways.
    var direction: Direction?
    var tiers: [CaseTier]
    var profiles: [CasePolicy] = []
    var host: CaseHost?
    var scope: Scope?
    var ipSets: [String: CaseSet] = [:]
    /// What a trace shows where no profile decided.
    var noProfileMatchID: Double?
    var packets: [CasePacket]

    var isAboutHost: Bool { endpoint != .workload || host != nil }
    /// Packets that mean something.
    var realPackets: [CasePacket] { packets.filter { !$0.isArtificial } }
}

extension PacketCase {
    /// The same case with its first packets only.
    func withPackets(_ count: Int) -> PacketCase {
        var packetCase = self
        packetCase.packets = Array(packets.prefix(count))
        return packetCase
    }

    init(_ id: String, _ value: JSONValue) throws(CorpusFault) {
        let object = try CaseObject(
            value, at: id,
            known: [
                "case", "origin", "endpoint", "ipVersion", "direction", "tiers", "profiles", "host", "scope", "ipSets",
                "noProfileMatchID", "packets",
            ])
        self.id = id
        guard let endpoint = Endpoint(rawValue: try object.requiredString("endpoint")) else {
            throw object.mistyped("endpoint", "a known endpoint")
        }
        self.endpoint = endpoint
        guard let family = try object.family("ipVersion") else { throw object.mistyped("ipVersion", "a version") }
        direction = try Self.direction(object)
        tiers = try Self.tiers(object, "tiers")
        profiles = try Self.policies(object, "profiles")
        host = try Self.host(object)
        if let scope = try object.string("scope") {
            guard let known = Scope(rawValue: scope) else { throw object.mistyped("scope", "a known scope") }
            self.scope = known
        }
        noProfileMatchID = try object.number("noProfileMatchID")
        for (name, members) in try object.entries("ipSets") {
            guard case .array = members else { throw object.mistyped("ipSets", "lists of members") }
            let set = try CaseObject(.object(["members": members]), at: "\(id).ipSets.\(name)", known: ["members"])
            ipSets[name] = try CaseSet(members: set.strings("members"), at: set.path)
        }
        packets = []
        for (index, packet) in try object.array("packets").enumerated() {
            packets.append(try CasePacket(packet, at: "\(id).packets[\(index)]", compiledFor: family))
        }
    }

    private static func direction(_ object: CaseObject) throws(CorpusFault) -> Direction? {
        switch try object.string("direction") {
        case nil: nil
        case "ingress"?: .ingress
        case "egress"?: .egress
        default: throw object.mistyped("direction", "a direction")
        }
    }

    private static func host(_ object: CaseObject) throws(CorpusFault) -> CaseHost? {
        let fields: Set<String> = [
            "preDNATTiers", "forwardTiers", "normalTiers", "profiles", "suppressNormalPolicy",
        ]
        guard let host = try object.object("host", known: fields) else { return nil }
        return CaseHost(
            preDNATTiers: try tiers(host, "preDNATTiers"), forwardTiers: try tiers(host, "forwardTiers"),
            normalTiers: try tiers(host, "normalTiers"), profiles: try policies(host, "profiles"),
            suppressNormalPolicy: try host.bool("suppressNormalPolicy") ?? false)
    }

    private static func tiers(_ object: CaseObject, _ name: String) throws(CorpusFault) -> [CaseTier] {
        var tiers: [CaseTier] = []
        for tier in try object.objects(name, known: ["name", "endAction", "policies", "endRuleID"]) {
            let endAction = try tier.requiredString("endAction")
            guard ["Deny", "Pass"].contains(endAction) else { throw tier.mistyped("endAction", "Deny or Pass") }
            tiers.append(
                CaseTier(
                    passesAtEnd: endAction == "Pass", policies: try policies(tier, "policies"),
                    endRuleID: try tier.number("endRuleID")))
        }
        return tiers
    }

    private static let kinds: Set<String> = [
        "NetworkPolicy", "GlobalNetworkPolicy", "KubernetesNetworkPolicy", "StagedNetworkPolicy",
        "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy",
    ]

    private static func policies(_ object: CaseObject, _ name: String) throws(CorpusFault) -> [CasePolicy] {
        var policies: [CasePolicy] = []
        for policy in try object.objects(name, known: ["name", "rules", "kind", "missing"]) {
            let kind = try policy.string("kind") ?? "GlobalNetworkPolicy"
            guard kinds.contains(kind) else { throw policy.mistyped("kind", "a known kind") }
            var rules: [CaseRule] = []
            for (index, rule) in try policy.array("rules").enumerated() {
                rules.append(try CaseRule(rule, at: "\(policy.path).rules[\(index)]"))
            }
            policies.append(
                CasePolicy(
                    name: try policy.requiredString("name"), rules: rules, isStaged: kind.hasPrefix("Staged"),
                    isMissing: try policy.bool("missing") ?? false))
        }
        return policies
    }
}

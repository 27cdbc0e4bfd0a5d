import NetTypes
import Selectors

/// What one node's calculation comes to, in the corpus' words: expected by a case, or found in the product.
struct CalculatedState: Hashable {
    /// An IP set by what it is of.
    enum SetKey: Hashable, CustomStringConvertible {
        case selector(Selector)
        case namedPort(Selector, proto: IPProtocol?, name: String)
        /// Endpoints of a service, with their ports or without. Calico names these by a hash of its own.
        case service(withPorts: Bool, members: SetMembers)

        var description: String {
            switch self {
            case .selector(let selector): "\(selector)"
            case .namedPort(let selector, let proto, let name): "\(name)/\(proto?.description ?? "any") of \(selector)"
            case .service(let withPorts, _): "a service's endpoints\(withPorts ? " and ports" : "")"
            }
        }
    }

    struct Tier: Hashable {
        var name: String
        var ingress: [String]
        var egress: [String]
    }

    struct Endpoint: Hashable {
        var tiers: [Tier]
        var untracked: [Tier]
        var preDNAT: [Tier]
    }

    var ipSets: [SetKey: SetMembers] = [:]
    var activePolicies: Set<String> = []
    var activeProfiles: Set<String> = []
    var untrackedPolicies: Set<String> = []
    var preDNATPolicies: Set<String> = []
    var endpoints: [String: Endpoint] = [:]

    /// What differs from `expected`.
    func differences(from expected: CalculatedState) -> [String] {
        var differences: [String] = []
        func compare<Value: Hashable>(_ what: String, _ found: Value?, _ wanted: Value?) {
            guard found != wanted else { return }
            func text(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }
            differences.append("\(what): \(text(found)), not \(text(wanted))")
        }
        for key in Set(ipSets.keys).union(expected.ipSets.keys) {
            compare("IP set \(key)", ipSets[key], expected.ipSets[key])
        }
        compare("policies", activePolicies, expected.activePolicies)
        compare("profiles", activeProfiles, expected.activeProfiles)
        compare("untracked policies", untrackedPolicies, expected.untrackedPolicies)
        compare("preDNAT policies", preDNATPolicies, expected.preDNATPolicies)
        for id in Set(endpoints.keys).union(expected.endpoints.keys) {
            compare("endpoint \(id)", endpoints[id], expected.endpoints[id])
        }
        return differences
    }
}

extension CalculatedState {
    init(expected value: JSONValue, at path: String) throws {
        let object = try CaseObject(
            value, at: path,
            known: ["ipSets", "activePolicies", "activeProfiles", "untrackedPolicies", "preDNATPolicies", "endpoints"])
        activePolicies = Set(try object.strings("activePolicies"))
        activeProfiles = Set(try object.strings("activeProfiles"))
        untrackedPolicies = Set(try object.strings("untrackedPolicies"))
        preDNATPolicies = Set(try object.strings("preDNATPolicies"))
        for set in try object.objects("ipSets", known: ["type", "selector", "protocol", "port", "id", "members"]) {
            let (key, members) = try Self.ipSet(set)
            guard ipSets.updateValue(members, forKey: key) == nil else {
                throw CorpusFault("\(set.path): \(key) is there twice")
            }
        }
        for (id, value) in try object.entries("endpoints") {
            let endpoint = try CaseObject(
                value, at: "\(path).endpoints.\(id)", known: ["tiers", "untracked", "preDNAT"])
            endpoints[id] = Endpoint(
                tiers: try Self.tiers(endpoint, "tiers"), untracked: try Self.tiers(endpoint, "untracked"),
                preDNAT: try Self.tiers(endpoint, "preDNAT"))
        }
    }

    private static func ipSet(_ set: CaseObject) throws -> (SetKey, SetMembers) {
        let members = set["members"] ?? .array([])
        switch try set.requiredString("type") {
        case "selector":
            return (
                .selector(try Selector(parsing: try set.requiredString("selector"))),
                try SetMembers(members, at: set.path, ofPorts: false)
            )
        case "namedPort":
            return (
                .namedPort(
                    try Selector(parsing: try set.requiredString("selector")),
                    proto: try CaseRule.proto(set, "protocol"), name: try set.requiredString("port")),
                try SetMembers(members, at: set.path, ofPorts: true)
            )
        case "opaque":
            let id = try set.requiredString("id")
            let withPorts = id.hasPrefix("svc:")
            guard withPorts || id.hasPrefix("svcnoport:") else { throw set.mistyped("id", "a service's") }
            let found = try SetMembers(members, at: set.path, ofPorts: withPorts)
            return (.service(withPorts: withPorts, members: found), found)
        default: throw set.mistyped("type", "a known type")
        }
    }

    private static func tiers(_ endpoint: CaseObject, _ name: String) throws(CorpusFault) -> [Tier] {
        var tiers: [Tier] = []
        for tier in try endpoint.objects(name, known: ["tier", "ingress", "egress"]) {
            tiers.append(
                Tier(
                    name: try tier.requiredString("tier"), ingress: try tier.strings("ingress"),
                    egress: try tier.strings("egress")))
        }
        return tiers
    }
}

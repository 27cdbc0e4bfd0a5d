import NetTypes
import PolicyIR
import Selectors

/// The objects that rules reach, found by selector and by named port.
struct ObjectLookup {
    private let objects: [LabelledObject]
    private let index: LabelIndex
    /// Endpoints that own a port of the name, ascending.
    private let portOwners: [String: [Int32]]

    init(_ cluster: ResolvedCluster) {
        objects = cluster.objects
        index = LabelIndex(objects.map(\.labels), labels: Self.labelNames(cluster))
        var owners: [String: [Int32]] = [:]
        for number in objects.indices where objects[number].kind != .networkSet {
            for port in objects[number].namedPorts where owners[port.name]?.last != Int32(number) {
                owners[port.name, default: []].append(Int32(number))
            }
        }
        portOwners = owners
    }

    /// Every label that a rule's selector mentions.
    private static func labelNames(_ cluster: ResolvedCluster) -> Set<String> {
        var names: Set<String> = []
        func add(_ rules: [PolicyRule]) {
            for rule in rules {
                rule.source.selector?.insertLabelNames(into: &names)
                rule.source.notSelector?.insertLabelNames(into: &names)
                rule.destination.selector?.insertLabelNames(into: &names)
                rule.destination.notSelector?.insertLabelNames(into: &names)
            }
        }
        for tier in cluster.tiers {
            for policy in tier.policies {
                add(policy.ingress)
                add(policy.egress)
            }
        }
        for profile in cluster.profiles.values {
            add(profile.ingress)
            add(profile.egress)
        }
        return names
    }

    /// Addresses and blocks of the objects that the selector selects.
    func addresses(of selector: Selector) -> [IPPrefix] {
        let matches = index.matches(selector)
        if matches.count == 1 { return objects[Int(matches[0])].prefixes }
        var prefixes: [IPPrefix] = []
        prefixes.reserveCapacity(matches.count)
        for number in matches { prefixes += objects[Int(number)].prefixes }
        return prefixes
    }

    /// Endpoints with a port of the name, those that the selector selects, if there is one.
    func owners(ofPort name: String, _ selector: Selector?) -> [LabelledObject] {
        let owners = portOwners[name] ?? []
        guard let selector else { return owners.map { objects[Int($0)] } }
        if index.cost(of: selector) < owners.count {
            return index.matches(selector).map { objects[Int($0)] }.filter { object in
                object.kind != .networkSet && object.namedPorts.contains { $0.name == name }
            }
        }
        return owners.map { objects[Int($0)] }.filter { selector.matches($0.labels) }
    }
}

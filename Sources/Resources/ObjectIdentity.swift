import Diagnostics

/// What makes two definitions one object. A stored form is the same object as its `projectcalico.org/v3` form, a
/// workload the same in all its group versions.
struct ObjectIdentity: Hashable, Comparable, CustomStringConvertible {
    let group: String
    let kind: String
    let namespace: String?
    let name: String

    init(_ definition: KindDefinition, _ meta: ObjectMeta) {
        group = definition.group == APIGroup.extensions ? APIGroup.apps : definition.group
        kind = definition.kind
        namespace = meta.namespace
        name = meta.name
    }

    /// By (namespace, name), then kind and group; bytewise.
    static func < (a: ObjectIdentity, b: ObjectIdentity) -> Bool {
        // Names are ASCII, where Swift's order of strings is that of the bytes.
        if a.namespace != b.namespace { return a.namespace ?? "" < b.namespace ?? "" }
        if a.name != b.name { return a.name < b.name }
        if a.kind != b.kind { return a.kind < b.kind }
        return a.group < b.group
    }

    var description: String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }
}

extension ClusterNode {
    /// Kubernetes' Node and Calico's Node of one name are one node with the addresses of both. `nodes` must be sorted
    /// by name.
    static func merged(_ nodes: [ClusterNode]) -> [ClusterNode] {
        nodes.reduce(into: []) { result, node in
            guard let last = result.last, last.meta.name == node.meta.name else { return result.append(node) }
            result[result.count - 1].addresses = (last.addresses + node.addresses).withoutRepeats
        }
    }
}

/// Policies in tiers that no input defines.
enum MissingTiers {
    /// One warning for each missing tier, at the first policy that names it.
    static func warnings(_ snapshot: ClusterSnapshot) -> [Diagnostic] {
        var known = Set(snapshot.tiers.map(\.meta.name)).union(Tier.builtInNames)
        return snapshot.calicoPolicies.compactMap { policy in
            guard known.insert(policy.tier.value).inserted else { return nil }
            let finding = Finding.missingTier(policy.tier.value)
            return Diagnostic(
                .warning, finding.id, at: policy.tier.location, field: "spec.tier", finding.message,
                hint: finding.hint)
        }
    }
}

import Synchronization

/// Every kind that can matter to policy, and what an object's type means.
struct KindRegistry: Sendable {
    static let definitions: [KindDefinition] =
        [
            .namespace, .serviceAccount, .pod, .node, .service, .endpointSlice, .kubernetesNetworkPolicy,
            .calicoNetworkPolicy, .globalNetworkPolicy, .stagedNetworkPolicy, .stagedGlobalNetworkPolicy,
            .stagedKubernetesNetworkPolicy, .clusterNetworkPolicy, .adminNetworkPolicy, .baselineAdminNetworkPolicy,
            .tier, .networkSet, .globalNetworkSet, .profile, .workloadEndpoint, .hostEndpoint, .felixConfiguration,
            .bgpConfiguration, .ipPool, .calicoNode,
        ] + KindDefinition.workloads

    /// What is to be done with an object of some type.
    enum Meaning {
        case decode(KindDefinition, Dialect)
        /// Can't change a verdict.
        case notPolicy
        case noSuchKind(hint: String?)
    }

    fileprivate static let shared = KindRegistry(definitions)

    private let byKind: [String: [KindDefinition]]

    private init(_ definitions: [KindDefinition]) { byKind = Dictionary(grouping: definitions, by: \.kind) }

    /// A registry that shares no object with others: threads that count references to one object slow each other down.
    static func copy() -> KindRegistry { KindRegistry(definitions.map { $0.copy() }) }

    static func meaning(apiVersion: String, kind: String) -> Meaning {
        shared.meaning(apiVersion: apiVersion, kind: kind)
    }

    func meaning(apiVersion: String, kind: String) -> Meaning {
        let (group, version) = Self.split(apiVersion)
        let candidates = byKind[kind] ?? []
        if group == APIGroup.calicoStorage {
            let stored = candidates.first { $0.hasStorageForm }
            if let stored, version == "v1" { return .decode(stored, .calicoStorage) }
        } else if let exact = candidates.first(where: { $0.group == group && $0.versions.contains(version) }) {
            return .decode(exact, group == APIGroup.calico ? .calico : .kubernetes)
        }
        guard APIGroup.ours.contains(group) else { return .notPolicy }
        if let hint = Self.hint(for: candidates) { return .noSuchKind(hint: hint) }
        return Self.misspelled(kind, group: group)
    }

    /// Empty group for `v1`.
    static func split(_ apiVersion: String) -> (group: String, version: String) {
        guard let slash = apiVersion.lastIndex(of: "/") else { return (APIGroup.core, apiVersion) }
        return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
    }

    private static func hint(for candidates: [KindDefinition]) -> String? {
        guard !candidates.isEmpty else { return nil }
        let forms = candidates.flatMap { kind in kind.versions.prefix(1).map { written(kind.group, $0) } }
        return "\(candidates[0].kind) is \(Array(Set(forms)).sorted().joined(separator: " or "))"
    }

    private static func written(_ group: String, _ version: String) -> String {
        group.isEmpty ? version : "\(group)/\(version)"
    }

    /// A kind that nobody knows, in a group that holds policies, and one letter from a kind that matters: a typo must
    /// not make a policy vanish.
    private static func misspelled(_ kind: String, group: String) -> Meaning {
        let canonical = group == APIGroup.calicoStorage ? APIGroup.calico : group
        let known = definitions.filter { $0.group == canonical }.map(\.kind)
        guard let nearest = NearestName.of(kind, among: known) else { return .notPolicy }
        return .noSuchKind(hint: "did you mean \(nearest)?")
    }
}

/// Registries for threads: one is made for each that asks while all others are in use.
final class KindRegistryPool: Sendable {
    private let idle = Mutex<[KindRegistry]>([.shared])

    func take() -> KindRegistry { idle.withLock { $0.popLast() } ?? KindRegistry.copy() }

    func giveBack(_ registry: KindRegistry) { idle.withLock { $0.append(registry) } }
}

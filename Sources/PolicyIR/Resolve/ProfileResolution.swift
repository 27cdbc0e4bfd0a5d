import Diagnostics
import NetTypes
import Resources
import Selectors

/// Profiles: those of manifests, those that Namespaces and ServiceAccounts stand for, and the built-in one
/// (calico.md 6.3, 1.7; kubernetes.md 9).
struct ProfileResolution {
    static let defaultAllow = "projectcalico-default-allow"

    private(set) var profiles: [String: ResolvedProfile] = [:]
    private var ofPods: [Account: Listed] = [:]
    /// The one asked for last: neighbours often agree.
    private var latest: (account: Account, listed: Listed)?
    private var inheritances: [[String]: EffectiveLabels.Inheritance] = [:]

    init(_ snapshot: ClusterSnapshot) {
        // Each namespace has a profile, and nearly always a service account's beside it.
        profiles.reserveCapacity(1 + snapshot.profiles.count + 2 * snapshot.namespaces.count)
        ofPods.reserveCapacity(snapshot.namespaces.count)
        profiles[Self.defaultAllow] = Self.allowAll(Self.defaultAllow, labels: Labels(), location: nil)
        for profile in snapshot.profiles { profiles[profile.meta.name] = PolicyResolution.resolve(profile) }
        for namespace in snapshot.namespaces {
            let name = Self.namespaceProfile(namespace.meta.name)
            profiles[name] = Self.allowAll(
                name, labels: Self.prefixed("pcns.", namespace.meta), location: namespace.meta.location)
        }
        for account in snapshot.serviceAccounts {
            let name = Self.accountProfile(namespace: account.meta.namespace ?? "default", account.meta.name)
            profiles[name] = ResolvedProfile(
                name: name, ingress: [], egress: [], labels: Self.prefixed("pcsa.", account.meta),
                location: account.meta.location)
        }
    }

    private static let namespacePrefix = "kns."
    private static let accountPrefix = "ksa."

    static func namespaceProfile(_ namespace: String) -> String { namespacePrefix + namespace }

    static func accountProfile(namespace: String, _ name: String) -> String {
        accountPrefix + namespace + "." + name
    }

    /// Labels under the prefix, and the name label that Calico adds.
    private static func prefixed(_ prefix: String, _ meta: ObjectMeta) -> Labels {
        meta.labels.prefixed(prefix).adding(ascending: [(key: prefix + WellKnownLabels.name, value: meta.name)])
    }

    /// A list of profiles with what they hand down.
    struct Listed {
        var names: [String]
        var inheritance: EffectiveLabels.Inheritance
    }

    private struct Account: Hashable {
        var namespace: String
        var name: String
    }

    /// The profiles of a pod. Absent Namespaces get their allow-all profile and name labels, absent ServiceAccounts an
    /// empty one: a file set is not a datastore.
    mutating func podProfiles(namespace: String, account: String) -> Listed {
        let key = Account(namespace: namespace, name: account)
        if let latest, latest.account == key { return latest.listed }
        let listed = ofPods[key] ?? listed(key)
        latest = (key, listed)
        return listed
    }

    private mutating func listed(_ key: Account) -> Listed {
        let (namespace, account) = (key.namespace, key.name)
        var names = [Self.namespaceProfile(namespace)]
        var labels = [synthesizeNamespace(namespace, profile: names[0])]
        if !account.isEmpty {
            names.append(Self.accountProfile(namespace: namespace, account))
            labels.append(synthesizeAccount(profile: names[1]))
        }
        let listed = Listed(names: names, inheritance: EffectiveLabels.Inheritance(labels))
        ofPods[key] = listed
        return listed
    }

    /// What a profile stands for by its name.
    enum Subject: Equatable {
        case namespace(String)
        case account(namespace: String, name: String)
    }

    /// `nil` for a profile of the user's own.
    static func subject(of profile: String) -> Subject? {
        if profile.hasPrefix(namespacePrefix) { return .namespace(String(profile.dropFirst(namespacePrefix.count))) }
        guard profile.hasPrefix(accountPrefix) else { return nil }
        let parts = profile.dropFirst(accountPrefix.count).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? .account(namespace: String(parts[0]), name: String(parts[1])) : nil
    }

    /// Makes up the absent ones that stand for Namespaces and ServiceAccounts; others stay missing, and deny.
    private mutating func synthesize(_ names: [String]) {
        for name in names where profiles[name] == nil {
            switch Self.subject(of: name) {
            case .namespace(let namespace)?: _ = synthesizeNamespace(namespace, profile: name)
            case .account?: _ = synthesizeAccount(profile: name)
            case nil: break
            }
        }
    }

    /// The labels of the profile, which is made up if it is absent.
    private mutating func synthesizeAccount(profile: String) -> Labels {
        if let known = profiles[profile]?.labels { return known }
        profiles[profile] = ResolvedProfile(name: profile, ingress: [], egress: [], labels: Labels(), location: nil)
        return Labels()
    }

    /// The labels of the profile, which is made up if it is absent.
    private mutating func synthesizeNamespace(_ namespace: String, profile: String) -> Labels {
        if let known = profiles[profile]?.labels { return known }
        let labels = Labels([
            (key: "pcns.\(WellKnownLabels.kubernetesName)", value: namespace),
            (key: "pcns.\(WellKnownLabels.name)", value: namespace),
        ])
        profiles[profile] = Self.allowAll(profile, labels: labels, location: nil)
        return labels
    }

    /// What an object inherits from these profiles, in order; one value for all objects with this list. Makes up what is
    /// absent.
    mutating func inheritance(of names: [String]) -> EffectiveLabels.Inheritance {
        if names.isEmpty { return .none }
        if let known = inheritances[names] { return known }
        synthesize(names)
        let inheritance = EffectiveLabels.Inheritance(names.compactMap { profiles[$0]?.labels })
        inheritances[names] = inheritance
        return inheritance
    }

    private static func allowAll(_ name: String, labels: Labels, location: SourceLocation?) -> ResolvedProfile {
        let rules = [PolicyRule(action: .allow, manifestIndex: 0, location: location ?? .builtIn)]
        return ResolvedProfile(name: name, ingress: rules, egress: rules, labels: labels, location: location)
    }
}

/// How large a generated cluster is, and what is in it. Everything else follows from the seed.
public struct ClusterPlan: Sendable, Hashable {
    /// Pods in all, each with one address per family.
    public var pods: Int
    /// Policies of all kinds in all.
    public var policies: Int
    /// Addresses and prefixes in the network sets, in all. None contains or adjoins another, so that no set shrinks.
    public var setElements: Int
    public var nodes: Int
    public var namespaces: Int
    /// Groups of pods with the same labels, hence the same programs.
    public var apps: Int
    /// Policies that select every pod; the first three name all network sets.
    public var globalPolicies: Int
    public var isDualStack = true
    /// A ClusterIP service for each app.
    public var hasServices = false
    public var seed: UInt64

    /// A cluster with the usual proportions: ten pods to an app, ten apps to a namespace, a hundred pods to a node.
    public init(pods: Int, policies: Int, setElements: Int, seed: UInt64 = 1) {
        self.pods = pods
        self.policies = policies
        self.setElements = setElements
        self.seed = seed
        apps = max(1, pods / 10)
        namespaces = max(1, apps / 10)
        nodes = max(2, pods / 100)
        globalPolicies = min(3, policies)
    }

    /// The bounds of each number; `nil` when it lies within them.
    public var fault: String? {
        let bounds: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("pods", pods, 1...1_000_000), ("policies", policies, 0...100_000),
            ("set-elements", setElements, 0...10_000_000), ("nodes", nodes, 1...10_000),
            ("apps", apps, 1...max(1, pods)),
            ("namespaces", namespaces, 1...max(1, apps)), ("global-policies", globalPolicies, 0...policies),
        ]
        guard let broken = bounds.first(where: { !$0.range.contains($0.value) }) else { return nil }
        let range = broken.range
        return "\(broken.name): \(broken.value) is not within \(range.lowerBound) to \(range.upperBound)"
    }
}

import Classification
import Matching
public import NetTypes
import NetworkTopology
import PolicyIR
public import Workspace

/// Full verdict with deciding rule at both ends, from the five-tuple on: who each end is, what policy applies to it,
/// what that says. Connection tracking and reports stay out of it.
public struct ClassifyWorkload: Sendable {
    public let inputs: LoadedInputs
    public let keys: [FlowKey]
    private let matcher: Matcher
    private let owners: [IPAddress: EndpointPrograms]
    /// What the last pass said of each key: sites of both ends, 0 where an end has no policy.
    private var sites: [(egress: UInt32, ingress: UInt32)]
    /// Of the last pass.
    public private(set) var denied = 0

    public init(_ inputs: LoadedInputs, _ keys: [FlowKey]) {
        self.inputs = inputs
        self.keys = keys
        matcher = Matcher(inputs.tree)
        var owners: [IPAddress: EndpointPrograms] = [:]
        for (endpoint, programs) in zip(inputs.tree.topology.endpoints, inputs.tree.endpoints) {
            for address in endpoint.addresses { owners[address] = programs }
        }
        self.owners = owners
        sites = Array(repeating: (0, 0), count: keys.count)
    }

    /// Judges every key, or the first `limit`; allocates nothing.
    public mutating func pass(limit: Int = .max) {
        denied = 0
        for index in 0..<min(limit, keys.count) {
            let key = keys[index]
            var site: (egress: UInt32, ingress: UInt32) = (0, 0)
            var accepts = true
            if let source = owners[key.source] {
                let outcome = matcher.classify(source.egress, key)
                accepts = outcome.verdict == .accept
                site.egress = outcome.site?.value ?? 0
            }
            if accepts, let destination = owners[key.destination] {
                let outcome = matcher.classify(destination.ingress, key)
                accepts = outcome.verdict == .accept
                site.ingress = outcome.site?.value ?? 0
            }
            sites[index] = site
            if !accepts { denied += 1 }
        }
    }

    // MARK: What is measured is the real thing

    /// The share of keys that some policy decided, at either end.
    public var shareJudged: Double {
        keys.isEmpty ? 0 : Double(sites.count { $0.egress != 0 || $0.ingress != 0 }) / Double(keys.count)
    }

    /// Packets that the tables handed to the rule lists, of all: none, since there are only rule lists.
    public var residualShare: Double { 0 }

    /// Sizes of what is looked up beyond the tree: nothing yet.
    public var tableFacts: [(name: String, value: Double)] { [] }

    /// Verdicts of `count` keys, spread over the trace, compared with the reference evaluator's; the differences.
    public func differences(sample count: Int) -> [String] {
        let reference = ReferenceEvaluator(inputs.cluster)
        let topology = inputs.tree.topology
        return stride(from: 0, to: keys.count, by: max(1, keys.count / max(1, count))).compactMap { index in
            let key = keys[index]
            let expected = topology.visits(from: key.source, to: key.destination).allSatisfy {
                reference.judge($0, key, state: .new).verdict == .accept
            }
            return expected == accepts(key) ? nil : "\(key): the reference says \(expected ? "allow" : "deny")"
        }
    }

    private func accepts(_ key: FlowKey) -> Bool {
        if let source = owners[key.source], matcher.classify(source.egress, key).verdict == .drop { return false }
        guard let destination = owners[key.destination] else { return true }
        return matcher.classify(destination.ingress, key).verdict == .accept
    }
}

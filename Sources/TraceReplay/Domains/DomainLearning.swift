import Classification
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding

/// The domain sets of every emulated node: each has learned what passed it, and judges by that.
struct DomainLearning: Sendable {
    private struct Node: Sendable {
        var matcher: Matcher
        var learned: LearnedDomains

        mutating func expire(_ time: Int64) { learned.expire(time, &matcher) }
        mutating func learn(_ answer: DomainAnswer, _ time: Int64) { learned.learn(answer, time: time, &matcher) }
    }

    private var nodes: [Node]
    /// The names that decide at a site; sites without any are not here.
    private let patterns: [SiteID: [DomainPattern]]
    /// What rules name and nothing has given an address yet, at any node.
    private(set) var unanswered: Set<DomainPattern>

    /// `nil` when no rule names domains.
    ///
    /// - Parameter capacity: learned pairs of name and address that each node keeps at most.
    init?(_ tree: MatchTree, _ matcher: Matcher, capacity: Int) {
        guard tree.followsDomains else { return nil }
        let learned = LearnedDomains(tree, capacity: capacity)
        nodes = tree.topology.nodes.map { _ in Node(matcher: matcher, learned: learned) }
        var patterns: [SiteID: [DomainPattern]] = [:]
        for site in tree.sites.indices.map({ SiteID(UInt32($0)) }) {
            let names = tree.domainPatterns(at: site)
            if !names.isEmpty { patterns[site] = names }
        }
        self.patterns = patterns
        let named = Set(tree.domainSets.flatMap(\.domains.patterns))
        unanswered = named.filter { tree.domains.records(of: [$0]).isEmpty }
    }

    /// Pairs given up because there were too many.
    var evictions: Int { nodes.reduce(0) { $0 + $1.learned.evictions } }

    /// The clock of the capture reached `time`, where this node is.
    mutating func advance(_ node: NodeIndex, to time: Int64) {
        nodes[node.value].expire(time)
    }

    mutating func learn(_ answer: DomainAnswer, at node: NodeIndex, time: Int64) {
        if !unanswered.isEmpty {
            unanswered = unanswered.filter { pattern in
                !answer.bindings.contains { pattern.matches($0.name) }
            }
        }
        nodes[node.value].learn(answer, time)
    }

    func judge(_ visit: Visit, _ key: FlowKey, state: FlowState) -> Judgement {
        nodes[visit.node.value].matcher.judge(visit, key, state: state)
    }

    /// A copy that knows what the node knows now.
    func matcher(at node: NodeIndex) -> Matcher { nodes[node.value].matcher }

    /// What a name had to do with a decision; `nil` for decisions that no name has to do with. A denial has such
    /// evidence where it came after the answer had lapsed.
    func evidence(_ step: Step, _ key: FlowKey, at node: NodeIndex) -> DomainEvidence? {
        guard let names = patterns[step.site],
            let evidence = nodes[node.value].learned.evidence(key.destination, names)
        else { return nil }
        return evidence.hasLapsed == step.accepts ? nil : evidence
    }
}

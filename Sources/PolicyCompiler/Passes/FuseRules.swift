import Classification
import NetTypes

extension TreePass {
    /// Turns tree rules of one manifest rule that differ in one condition alone into one rule with both alternatives.
    /// Safe: they stand together and act alike, so the first to match may be any; reports name the same manifest rule.
    static let fuseRules = TreePass(
        "fuse-rules", "turns parts of one manifest rule into one tree rule"
    ) { tree in
        var tree = tree
        var reasons: [[RemovedRule.Reason?]] = []
        for chain in tree.chains.indices {
            var fusion = RunFusion(tree.chains[chain].rules)
            fusion.fuse()
            if fusion.isChanged { tree.chains[chain].rules = fusion.rules }
            reasons.append(fusion.reasons)
        }
        tree = tree.removingRules { chain, _ in reasons[chain.value] }
        return tree.fusingPeers()
    }
}

/// Fuses the rules of one list where one IP version, protocol or range of ports makes the difference.
private struct RunFusion {
    private(set) var rules: [Rule]
    private(set) var reasons: [RemovedRule.Reason?]
    private(set) var isChanged = false

    init(_ rules: [Rule]) {
        self.rules = rules
        reasons = Array(repeating: nil, count: rules.count)
    }

    mutating func fuse() {
        for run in rules.manifestRuns {
            var rounds = 0
            // Each round leaves fewer rules; what one condition joins, another may join further.
            while rounds < 4, fuseOnce(run) { rounds += 1 }
        }
    }

    private mutating func fuseOnce(_ run: Range<Int>) -> Bool {
        let families = fuse(run, by: { $0.families = .both }, into: { $0.families.formUnion($1.families) })
        let protocols = fuse(
            run, by: { $0.protocols = .all }, into: { $0.protocols = $0.protocols.union($1.protocols) })
        let destination = fusePorts(run, \.destination.ports)
        let source = fusePorts(run, \.source.ports)
        return families || protocols || destination || source
    }

    /// Fuses rules that are equal once `blank` has hidden one condition.
    private mutating func fuse(
        _ run: Range<Int>, by blank: (inout RuleMatch) -> Void, into join: (inout RuleMatch, RuleMatch) -> Void
    ) -> Bool {
        var firsts: [RuleMatch: Int] = [:]
        var fused = false
        for index in run where reasons[index] == nil {
            var key = rules[index].match
            blank(&key)
            if let first = firsts[key] {
                join(&rules[first].match, rules[index].match)
                remove(index)
                fused = true
            } else {
                firsts[key] = index
            }
        }
        return fused
    }

    /// Fuses rules whose single ranges of ports overlap or touch. Several ranges would need a set of ports.
    private mutating func fusePorts(_ run: Range<Int>, _ ports: WritableKeyPath<RuleMatch, PortMatch?>) -> Bool {
        var groups: [RuleMatch: [Int]] = [:]
        for index in run where reasons[index] == nil {
            var key = rules[index].match
            guard let match = key[keyPath: ports], match.namedSets.isEmpty, match.ranges.count == 1 else { continue }
            key[keyPath: ports] = nil
            groups[key, default: []].append(index)
        }
        var fused = false
        for members in groups.values where members.count > 1 {
            let ranges = members.compactMap { rules[$0].match[keyPath: ports]?.ranges[0] }
            let merged = PortRange.merged(ranges)
            guard merged.count < members.count else { continue }
            var firsts: [PortRange: Int] = [:]
            for (index, own) in zip(members, ranges) {
                guard let whole = merged.first(where: { $0.contains(own.first) }) else { continue }
                if firsts[whole] != nil {
                    remove(index)
                    fused = true
                } else {
                    firsts[whole] = index
                }
            }
            for (whole, index) in firsts { rules[index].match[keyPath: ports]?.ranges = [whole] }
        }
        return fused
    }

    private mutating func remove(_ index: Int) {
        reasons[index] = .merged
        isChanged = true
    }
}

extension [Rule] {
    /// Where two or more rules of one manifest rule stand together; Log rules never count.
    var manifestRuns: [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, self[end].isOneManifestRule(with: self[start]) { end += 1 }
            if end - start > 1, self[start].action != .log { runs.append(start..<end) }
            start = end
        }
        return runs
    }
}

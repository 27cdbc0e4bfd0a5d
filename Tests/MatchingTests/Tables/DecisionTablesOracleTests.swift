import Classification
import Matching
import NetTypes
import NetworkTopology
import Testing

/// The tables say what the matcher says, or nothing.
@Suite struct DecisionTablesOracleTests {
    @Test(arguments: 1...60) func tablesDecideAsTheMatcherJudges(_ seed: UInt64) {
        var world = TableWorld(seed: seed)
        let matcher = Matcher(world.tree)
        let tables = DecisionTables(world.tree)
        var answered = 0
        var asked = 0
        for _ in 0..<1500 {
            let key = world.key()
            let (egress, ingress) = tables.classify(key)
            let expected = judgedEnds(matcher, world.tree.topology, key)
            if expected != nil, key.transport != .unreadable { asked += 1 }
            guard !egress.needsEvaluation, !ingress.needsEvaluation else { continue }
            answered += 1
            #expect(expected?.egress == egress, "seed \(seed), \(key)")
            #expect(expected?.ingress == ingress, "seed \(seed), \(key)")
        }
        // Random trees are full of source ports; still most packets are answered.
        #expect(answered * 10 > asked * 5, "seed \(seed): \(answered) of \(asked)")
    }
}

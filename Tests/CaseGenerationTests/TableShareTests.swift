import CaseGeneration
import Classification
import Matching
import NetTypes
import NetworkTopology
import Testing
import Workspace

/// That tables agree is what the matcher engine shows; here, that they have something to say.
@Suite struct TableShareTests {
    @Test("Decision tables answer most new packets between workloads and the outside", arguments: 1...2)
    func share(_ seed: Int) {
        let plan = AgreementPlan(seed: UInt64(seed), policySets: 12, packetsPerSet: 400)
        var (asked, answered, hosts) = (0, 0, 0)
        for set in 0..<plan.policySets {
            let inputs = plan.policySet(set).load()
            let tables = DecisionTables(inputs.tree)
            // Where host endpoints judge, too, everything is left to rule lists.
            guard inputs.tree.topology.hostEndpoints.isEmpty else {
                hosts += 1
                continue
            }
            for packet in PacketGenerator(inputs).packets(plan.packetsPerSet, seed: UInt64(set)) {
                guard case .hop = packet.path, packet.state == .new, packet.translation == .none else { continue }
                asked += 1
                let answer = tables.classify(packet.key)
                if !answer.egress.needsEvaluation, !answer.ingress.needsEvaluation { answered += 1 }
            }
        }
        print("tables answered \(answered) of \(asked) generated packets; \(hosts) sets with host endpoints")
        #expect(asked > 300)
        #expect(answered * 2 > asked)
    }
}

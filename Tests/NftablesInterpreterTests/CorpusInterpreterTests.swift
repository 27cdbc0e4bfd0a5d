import Foundation
import KernelVerification
import NetTypes
import NftablesInterpreter
import TestSupport
import Testing

/// Felix's rulesets, loaded by the stock `nft`, dumped, interpreted: against the verdicts that the kernel gave.
@Suite struct CorpusInterpreterTests {
    @Test(.enabled(if: Corpora.policies != nil, "corpora absent"), .enabled(if: getuid() == 0, "needs root"))
    func givesTheMeasuredVerdicts() throws {
        var (cases, probes, rules, seconds) = (0, 0, 0, 0.0)
        var differences: [String] = []
        for truth in try TruthCase.all(every: 12) {
            guard let text = try truth.felixRuleset() else { continue }
            let node = try KernelNode(NodeLayout(interfaces: []))
            try node.load(text: text)
            let ruleset = try Ruleset(messages: node.dump())
            let world = TruthWorld(truth)
            let clock = ContinuousClock()
            for probe in truth.probes where probe.after == nil {
                if truth.translations.contains(where: { $0.applies(to: probe) }) { continue }
                let packet = try world.packet(of: probe)
                var results: [HookResult] = []
                seconds += clock.measure { results = ruleset.walk(TruthWorld.hooks(of: probe), packet) } / .seconds(1)
                probes += 1
                if results.allSatisfy({ $0.verdict == .accept }) != probe.isAllowed {
                    differences.append("\(truth.name) \(probe.id) (\(probe.why)): \(probe.verdict)")
                }
            }
            cases += 1
            rules += ruleset.rules.count
        }
        print("interpreted: \(probes) probes of \(cases) cases with \(rules) rules in \(seconds) s")
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(40).joined(separator: "\n"))")
        #expect(cases > 0)
    }
}

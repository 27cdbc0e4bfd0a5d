import Foundation
import KernelVerification
import NetTypes
import TestSupport
import Testing

/// Felix's own rulesets, loaded by the stock `nft`, asked again by our harness: whatever differs from the measured
/// verdict is a fault of the harness.
@Suite(.serialized) struct CorpusKernelHarnessTests {
    @Test(.enabled(if: Corpora.policies != nil, "corpora absent"), .enabled(if: getuid() == 0, "needs root"))
    func repeatsTheMeasuredVerdicts() throws {
        var (cases, probes, seconds) = (0, 0, 0.0)
        var differences: [String] = []
        for truth in try TruthCase.all(every: 12) {
            guard let ruleset = try truth.felixRuleset() else { continue }
            let node = try KernelNode(NodeLayout(truth))
            try node.load(text: ruleset)
            try node.load(text: Translations.ruleset(truth.translations))
            let packet = TruthPacket(truth)
            let clock = ContinuousClock()
            let start = clock.now
            let alone = truth.probes.filter { $0.after == nil }
            let verdicts = try node.observe(alone.map { Injection($0, packet) })
            let conversations = truth.probes.filter { $0.after != nil }.map(packet.conversation)
            let later = try node.observe(
                conversations: conversations.map { $0.map { Injection($0, packet) } })
            seconds += Double((clock.now - start) / .seconds(1))
            let judged = zip(alone, verdicts) + zip(conversations.compactMap(\.last), later.compactMap(\.last))
            for (probe, observation) in judged {
                probes += 1
                if (observation.verdict == .accept) != probe.isAllowed || observation.sendFailure != nil {
                    differences.append("\(truth.name) \(probe.id) (\(probe.why)): \(probe.verdict), not \(observation)")
                }
            }
            cases += 1
        }
        print("truth corpus in the kernel: \(probes) probes of \(cases) cases in \(seconds) s")
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(40).joined(separator: "\n"))")
        #expect(cases > 0)
    }
}

extension Injection {
    init(_ probe: TruthProbe, _ packet: TruthPacket) {
        self.init(probe.isLocal ? .local : .interface(probe.in), packet.bytes(of: probe))
    }
}

private func + <A>(_ first: some Sequence<A>, _ second: some Sequence<A>) -> [A] { Array(first) + Array(second) }

/// The destination translations of a case as an nft ruleset.
enum Translations {
    static func ruleset(_ translations: [TruthTranslation]) -> String {
        ["ip", "ip6"].map { family in
            let rules = translations.filter { $0.toAddress.contains(":") == (family == "ip6") }.map { rule($0, family) }
            return """
                table \(family) translations {
                    chain arriving { type nat hook prerouting priority -100; \(rules.joined(separator: "; ")); }
                    chain own { type nat hook output priority -100; \(rules.joined(separator: "; ")); }
                }

                """
        }.joined()
    }

    private static func rule(_ entry: TruthTranslation, _ family: String) -> String {
        let destination = entry.dst.map { "\(family) daddr \($0)" } ?? "fib daddr type local"
        let target = family == "ip6" ? "[\(entry.toAddress)]" : entry.toAddress
        return "\(destination) \(entry.protocol.lowercased()) dport \(entry.port) dnat to \(target):\(entry.toPort)"
    }
}

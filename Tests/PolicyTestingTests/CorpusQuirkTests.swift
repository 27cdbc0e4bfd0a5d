import Diagnostics
import Foundation
import PolicyIR
import TestSupport
import Testing
import Workspace

/// Warnings about Calico's own faults against what a real Felix made of the same manifests (corpora/truth).
@Suite(.enabled(if: Corpora.policies != nil, "needs corpora/truth ($DATAPLANE_CORPORA)"))
struct CorpusQuirkTests {
    private struct WarnedCase {
        var truth: TruthCase
        /// Ids of the warnings about faults of Calico.
        var warnings: Set<String>
    }

    private static let cases: Result<[WarnedCase], any Error> = Result {
        try TruthCase.all(every: 1).map { truth in
            let inputs = LoadedInputs.load([truth.manifests.path], recursive: true, whatIf: false)
            let ids = inputs.diagnostics.map(\.id).filter { $0.hasPrefix("calico-quirk-") }
            return WarnedCase(truth: truth, warnings: Set(ids))
        }
    }

    /// Every case in which a packet fared otherwise has the warning about it. Of the others those that stop Felix may
    /// have none: Felix programmed them.
    @Test func departuresAreForetold() throws {
        var foretold = 0
        var warnedBesides: [String: Int] = [:]
        var missing: [String] = []
        for warned in try Self.cases.get() {
            let (truth, found) = (warned.truth, warned.warnings)
            let texts = Set(truth.probes.compactMap(\.quirk))
            let expected = Set(texts.map { CalicoQuirk.named(inCorpus: $0)?.id ?? "unknown: \($0)" })
            missing += expected.subtracting(found).map { "\(truth.name): \($0)" }
            foretold += expected.intersection(found).count
            for id in found.subtracting(expected) { warnedBesides[id, default: 0] += 1 }
            let stops = found.contains(CalicoQuirk.icmpCode.id) || found.contains(CalicoQuirk.icmpProtocol.id)
            #expect(try !stops || truth.felixRuleset() == nil, "\(truth.name): Felix did program this")
        }
        let besides = warnedBesides.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("truth corpus: \(foretold) departures foretold; cases that warn without one: \(besides)")
        #expect(missing == [])
        #expect(foretold > 0)
    }

    /// Felix's own rules have a third positive block exactly where that is warned of: its count of blocks is ours.
    @Test func blocksAsFelixCountsThem() throws {
        var withBlocks = 0
        for warned in try Self.cases.get() {
            guard let ruleset = try warned.truth.felixRuleset() else { continue }
            let felix = Self.hasThirdBlock(ruleset)
            #expect(felix == warned.warnings.contains(CalicoQuirk.matchBlocks.id), "\(warned.truth.name)")
            if felix { withBlocks += 1 }
        }
        print("truth corpus: \(withBlocks) rulesets with a third positive match block")
        #expect(withBlocks > 0)
    }

    /// Each block from the second on ends with a rule that clears the mark of all blocks (scratch0) unless that of this
    /// block (scratch1) is set; a rule's first block begins with a rule that clears both.
    private static func hasThirdBlock(_ ruleset: String) -> Bool {
        var ends = 0
        for line in ruleset.split(separator: "\n") {
            if line.contains("chain ") || line.contains("meta mark set meta mark & 0xffe7ffff") { ends = 0 }
            if line.contains("meta mark & 0x00100000 == 0x00000000") { ends += 1 }
            if ends == 2 { return true }
        }
        return false
    }
}

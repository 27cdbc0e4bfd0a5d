import Classification
import Diagnostics
import Explain
import Foundation
import NetTypes
import TestSupport
import Testing
import Workspace

@testable import TraceReplay

/// The captures that are part of the project, replayed with the manifests that they were recorded for.
@Suite struct CommittedCaptureTests {
    private struct Manifest: Decodable {
        var files: [Capture]
    }

    struct Capture: Decodable, Sendable, CustomTestStringConvertible {
        struct Conversation: Decodable {
            var what: String
            var srcAddress: String
            var dstAddress: String
            var `protocol`: String
            var srcPort: UInt16?
            var dstPort: UInt16?
            /// Of the opening packet: `allow`, `deny ingress c`, `deny egress a`, …
            var expected: String
        }

        var file: String
        var manifests: String
        var conversations: [Conversation]
        var testDescription: String { file }
    }

    private static func captures() throws -> [Capture] {
        let data = try Data(contentsOf: Corpora.checkout.appending(path: "pcaps/MANIFEST.json"))
        return try JSONDecoder().decode(Manifest.self, from: data).files
    }

    private func replay(_ capture: Capture) throws -> (tree: MatchTree, rows: [PacketRow], report: ReplayReport) {
        let folder = Corpora.checkout.appending(path: capture.manifests)
        let inputs = LoadedInputs.load([folder.path], recursive: false, whatIf: true)
        #expect(!inputs.diagnostics.contains { $0.severity == .error })
        var settings = ReplaySettings()
        settings.listsPackets = true
        var session = try ReplaySession(
            path: Corpora.checkout.appending(path: "pcaps/\(capture.file)").path, tree: inputs.tree, settings: settings)
        var rows: [PacketRow] = []
        while session.step(frames: 500) { rows += session.takeRows() }
        rows += session.takeRows()
        return (inputs.tree, rows, session.report())
    }

    @Test(arguments: try captures()) func everyConversationGetsItsVerdict(_ capture: Capture) throws {
        let (tree, rows, report) = try replay(capture)
        #expect(rows.map(\.frame) == Array(1...report.capture.frames))
        #expect(report.verdicts.total + report.copies == rows.count)
        #expect(report.verdicts.undecided == 0)
        for conversation in capture.conversations {
            let opening = try #require(
                rows.first { $0.key.map(conversation.opens) ?? false }, "\(conversation) is not in the capture")
            #expect(
                verdict(of: opening.outcome, tree).hasPrefix(conversation.expected),
                "\(conversation.what) \(conversation.srcAddress) -> \(conversation.dstAddress), frame \(opening.frame)")
        }
    }

    /// In the words of the manifest: the letter is that of the StartUpCo namespace whose policy denies.
    private func verdict(of outcome: PacketOutcome, _ tree: MatchTree) -> String {
        guard outcome.verdict == .deny, let step = outcome.step else { return outcome.verdict.word }
        let decision = Decision(tree, step)
        switch decision.code {
        case .endpointToHost: return "deny defaultEndpointToHostAction Drop"
        default:
            let letter = decision.policies.first?.namespace?.last.map(String.init) ?? ""
            return "deny \(decision.direction?.word ?? "") \(letter)"
        }
    }

    /// What the node forwards is in the `any` capture twice, but for the few packets that begin or end at the node.
    @Test func copiesAreFoldedInAnyCaptures() throws {
        let capture = try #require(try CommittedCaptureTests.captures().first { $0.file == "startupco-any.pcap" })
        let (_, rows, report) = try replay(capture)
        #expect(report.copies * 10 > rows.count * 4)
        for row in rows {
            guard let first = row.copyOf else { continue }
            #expect(first < row.frame)
            #expect(rows[first - 1].outcome == row.outcome)
            #expect(rows[first - 1].copyOf == nil)
        }
    }

    /// Every denied flow names a policy and its place.
    @Test(arguments: try captures()) func denialsNameTheirPolicy(_ capture: Capture) throws {
        let report = try replay(capture).report
        #expect(!report.deniedFlows.isEmpty)
        for flow in report.deniedFlows {
            let first = try #require(flow.denials.first?.decision)
            guard first.code == .endOfTierDrop || first.code == .rule else { continue }
            #expect(!first.policies.isEmpty)
            #expect(first.sources.count == first.policies.count)
            #expect(first.sources.allSatisfy { $0.contains("\(capture.manifests)/") })
        }
    }
}

extension CommittedCaptureTests.Capture.Conversation {
    /// Whether a packet is the conversation's first.
    fileprivate func opens(_ key: FlowKey) -> Bool {
        guard "\(key.source)" == srcAddress, "\(key.destination)" == dstAddress, "\(key.proto)" == `protocol` else {
            return false
        }
        if key.transport == .icmp { return key.icmpType == (key.family == .v4 ? 8 : 128) }
        return key.sourcePort == srcPort && key.destinationPort == dstPort
    }
}

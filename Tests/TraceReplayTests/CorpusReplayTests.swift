import Capture
import Classification
import Diagnostics
import Foundation
import NetTypes
import NetworkTopology
import PolicyIR
import Testing
import Workspace

@testable import TraceReplay

@Suite(.enabled(if: TraceCorpus.isThere, "\(TraceCorpus.reason)")) struct CorpusReplayTests {
    /// Traces with packets of an address of the node that no manifest names: the user must say it.
    private static let unnamedAddresses = ["hand-20049": "198.18.0.1"]

    /// Every frame of every trace gets the verdict that Felix's node gave it.
    @Test func verdictsOfAllTracesAreThoseOfFelix() throws {
        var compared = (cases: 0, frames: 0)
        var differences: [String] = []
        for testCase in try TraceCorpus.cases() {
            let eth1 = Topology.OutsideInterface(name: "eth1", prefixes: [try #require(IPPrefix("198.18.0.0/24"))])
            var options = ResolveOptions(whatIf: true, interfaces: testCase.hasEth1 ? [eth1] : [])
            if let address = Self.unnamedAddresses[testCase.name] {
                options.nodeAddresses = ["node1": [try #require(IPAddress(address))]]
            }
            let inputs = LoadedInputs.load([testCase.manifests.path], recursive: true, options: options)
            let errors = inputs.diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(testCase.name): \(errors)")
            compared.cases += 1
            let rows = try replay(testCase, inputs.tree)
            #expect(rows.count == testCase.frames.count)
            for (row, expected) in zip(rows, testCase.frames) where expected.quirk.isEmpty {
                compared.frames += 1
                // The model of the corpus writes `invalid` for neighbour discovery, which the kernel does not track.
                let isNeighbourDiscovery = row.outcome.state == .untracked && expected.kind == "one"
                let hasState = row.outcome.state?.word == expected.state || isNeighbourDiscovery
                if row.outcome.verdict.word != expected.verdict || !hasState {
                    differences.append("\(testCase.name) frame \(row.frame): \(row.outcome), expected \(expected)")
                }
            }
        }
        print("replayed \(compared.cases) traces, \(compared.frames) frames")
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(5).joined(separator: "\n"))")
        #expect(compared.cases > 0)
    }

    private func replay(_ testCase: TraceCorpus.Case, _ tree: MatchTree) throws -> [PacketRow] {
        var settings = ReplaySettings()
        settings.listsPackets = true
        let node: NodeIndex = try #require(tree.topology.node(named: "node1"))
        settings.judging.node = node
        var session = try ReplaySession(path: testCase.trace.path, tree: tree, settings: settings)
        var rows: [PacketRow] = []
        while session.step(frames: 1000) { rows += session.takeRows() }
        return rows + session.takeRows()
    }
}

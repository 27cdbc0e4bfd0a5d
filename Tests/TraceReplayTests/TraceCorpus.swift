import Foundation
import TestSupport
import Testing

/// The recorded traces with the verdict of every frame (corpora/traces).
struct TraceCorpus {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var trace: URL
        var frames: [Frame]
        /// The manifests of the case of the same name in corpora/truth.
        var manifests: URL
        /// Whether the node has a second interface, eth1, towards 198.18.0.0/24.
        var hasEth1: Bool
        var testDescription: String { name }
    }

    struct Frame: Sendable {
        var interface: String
        var kind: String
        var state: String
        var verdict: String
        var quirk: String
    }

    private struct Probes: Decodable {
        var features: [String]
    }

    static let isThere = folder != nil
    static let reason = "needs corpora/traces ($DATAPLANE_CORPORA)"

    private static let folder: URL? = Corpora.policies.map { $0.appending(path: "traces") }
        .flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }

    static func cases() throws -> [Case] {
        guard let folder else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().compactMap { name in
            let trace = folder.appending(path: "\(name)/trace.pcap")
            guard FileManager.default.fileExists(atPath: trace.path) else { return nil }
            let text = try String(contentsOf: folder.appending(path: "\(name)/frames.csv"), encoding: .utf8)
            let truth = folder.deletingLastPathComponent().appending(path: "truth/\(name)")
            let probes = try JSONDecoder().decode(
                Probes.self, from: Data(contentsOf: truth.appending(path: "probes.json")))
            return Case(
                name: name, trace: trace, frames: try text.split(separator: "\n").dropFirst().map(Frame.init),
                manifests: truth.appending(path: "manifests"), hasEth1: probes.features.contains("eth1"))
        }
    }
}

extension TraceCorpus.Frame {
    struct BadLine: Error {
        var line: String
    }

    /// `frame,in,conversation,kind,state,verdict,quirk`
    init(_ line: Substring) throws {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard cells.count == 7 else { throw BadLine(line: String(line)) }
        self.init(interface: cells[1], kind: cells[3], state: cells[4], verdict: cells[5], quirk: cells[6])
    }
}

public import Foundation

/// One case of the truth corpus: measured verdicts with the ruleset that Felix had programmed (`truth/README.md` of
/// the corpora).
public struct TruthCase: Sendable {
    /// Name of the case's folder.
    public var name: String
    public var probes: [TruthProbe]
    public var translations: [TruthTranslation]
    public var pods: [TruthPod]
    public var manifests: URL { folder.appending(path: "manifests") }
    private let folder: URL

    /// Felix's ruleset as nft text; `nil` in the one case without.
    public func felixRuleset() throws -> String? {
        let file = folder.appending(path: "felix.nft.gz")
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let gzip = Process()
        let output = Pipe()
        gzip.executableURL = URL(filePath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", file.path]
        gzip.standardOutput = output
        try gzip.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        gzip.waitUntilExit()
        guard gzip.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return String(decoding: text, as: UTF8.self)
    }

    init(folder: URL) throws {
        let file = try JSONDecoder().decode(
            TruthFile.self, from: Data(contentsOf: folder.appending(path: "probes.json")))
        self.folder = folder
        name = folder.lastPathComponent
        probes = file.probes
        translations = file.nat
        pods = try TruthPod.pods(in: folder.appending(path: "manifests"), of: file.node)
    }

    /// Every `stride`-th case by name, all of them when `DATAPLANE_LONG` is 1; empty without the corpora.
    public static func all(every stride: Int) throws -> [TruthCase] {
        guard let truth = Corpora.policies?.appending(path: "truth") else { return [] }
        let long = ProcessInfo.processInfo.environment["DATAPLANE_LONG"] == "1"
        let names = try FileManager.default.contentsOfDirectory(atPath: truth.path).sorted()
            .filter { FileManager.default.fileExists(atPath: truth.appending(path: "\($0)/probes.json").path) }
        return try names.enumerated().filter { long || $0.offset % stride == 0 }
            .map { try TruthCase(folder: truth.appending(path: $0.element)) }
    }
}

private struct TruthFile: Decodable {
    var node: String
    var nat: [TruthTranslation]
    var probes: [TruthProbe]
}

/// A destination translation that was on the node while the probes ran.
public struct TruthTranslation: Decodable, Sendable {
    /// TCP, UDP or SCTP.
    public var `protocol`: String
    /// `nil`: any local address.
    public var dst: String?
    public var port: UInt16
    public var toAddress: String
    public var toPort: UInt16

    /// Whether the probe's packet is translated.
    public func applies(to probe: TruthProbe) -> Bool {
        probe.proto.text == `protocol` && probe.port == port && (dst == nil || dst == probe.dst)
    }
}

/// One packet with its measured verdict.
public struct TruthProbe: Decodable, Sendable {
    /// A name (`TCP`) or a number.
    public struct ProtocolName: Decodable, Sendable {
        public var text: String

        public init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = try (try? value.decode(String.self)) ?? String(value.decode(UInt8.self))
        }
    }

    public var id: Int
    public var `in`: String
    public var out: String
    public var src: String
    public var dst: String
    public var proto: ProtocolName
    public var srcPort: UInt16?
    public var port: UInt16?
    public var icmpType: UInt8?
    public var icmpCode: UInt8?
    public var after: Int?
    public var quotes: Int?
    public var verdict: String
    public var quirk: String?
    /// `nil` where it was not recorded.
    public var decided: [TruthStep]?
    public var why: String

    enum CodingKeys: String, CodingKey {
        case id, `in`, out, src, dst
        case proto = "protocol"
        case srcPort, port, icmpType, icmpCode, after, quotes, verdict
        case quirk, decided, why
    }

    public var isAllowed: Bool { verdict == "allow" }
    public var isLocal: Bool { `in` == "local" }
}

/// One step of what decided a probe: an acceptance on its way, or the denial that ended it.
public struct TruthStep: Decodable, Sendable {
    public var by: String
    public var policy: String?
    public var tier: String?
    public var profile: String?
    public var direction: String?
}

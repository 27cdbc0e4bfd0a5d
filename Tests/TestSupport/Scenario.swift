public import Foundation

/// One folder of Tests/Scenarios with what its `expect.json` demands. The keys are explained in the README there.
public struct Scenario: Sendable {
    public var name: String
    public var folder: URL
    /// Exit status that the inputs alone cause.
    public var exit: Int32
    public var probes: [Probe]
    public var conversations: [Conversation]
    /// What reading the manifests must report.
    public var findings: [Finding]
    public var commands: [Command]

    public var manifests: URL { folder.appending(path: "manifests") }
    /// The pods of these exist in the what-if mode alone.
    public var needsWhatIf: Bool { name.hasPrefix("002-stars") }

    /// All scenarios, in the order of their names; empty when they cannot be read, which `load` tells.
    public static let all = (try? load()) ?? []

    /// Reads the folder.
    public static func load() throws -> [Scenario] {
        let root = Corpora.checkout.appending(path: "Tests/Scenarios", directoryHint: .isDirectory)
        return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().compactMap { name in
            let folder = root.appending(path: name, directoryHint: .isDirectory)
            let file = folder.appending(path: "expect.json")
            guard FileManager.default.fileExists(atPath: file.path) else { return nil }
            let expected = try JSONDecoder().decode(ExpectedText.self, from: Data(contentsOf: file))
            return Scenario(
                name: name, folder: folder, exit: expected.exit, probes: expected.probes,
                conversations: expected.conversations ?? [], findings: expected.diagnostics ?? [],
                commands: expected.commands ?? [])
        }
    }
}

extension Scenario: CustomStringConvertible {
    public var description: String { name }
}

extension Scenario {
    /// `expect.json` as it is written.
    private struct ExpectedText: Decodable {
        var exit: Int32
        var probes: [Probe]
        var conversations: [Conversation]?
        var diagnostics: [Finding]?
        var commands: [Command]?
    }

    /// The first packet of a connection, with its verdict.
    public struct Probe: Decodable, Sendable {
        public var src: String
        public var dst: String
        public var `protocol`: String
        public var port: UInt16?
        public var icmpType: UInt8?
        public var allowed: Bool
        public var reason: Reason?
        public var otherEnd: OtherEnd?
    }

    /// The end that decides, and why.
    public struct Reason: Decodable, Sendable {
        public var code: String
        public var direction: String?
        public var endpoint: String?
        public var policy: String?
        public var rule: Int?
        public var isolatedBy: [String]?
        public var nearestMiss: NearestMiss?
    }

    /// The rule that one thing alone kept from matching.
    public struct NearestMiss: Decodable, Sendable {
        public var policy: String
        public var rule: Int
    }

    /// What the end that does not decide would say.
    public struct OtherEnd: Decodable, Sendable {
        public var allowed: Bool
        public var direction: String
        public var endpoint: String
    }

    /// Packets in order through one connection table.
    public struct Conversation: Decodable, Sendable, CustomStringConvertible {
        public var title: String
        public var steps: [Step]
        public var description: String { title }
    }

    /// One packet of a conversation.
    public struct Step: Decodable, Sendable {
        public var src: String
        public var dst: String
        public var `protocol`: String
        public var srcPort: UInt16?
        public var port: UInt16?
        /// `SYN,ACK`
        public var tcpFlags: String?
        public var icmpType: UInt8?
        public var icmpCode: UInt8?
        public var icmpID: UInt16?
        /// Number of the step, from 0, whose packet this ICMP error carries.
        public var quotes: Int?
        public var expect: String
        public var state: String
        public var code: String
    }

    public struct Finding: Decodable, Sendable {
        public var severity: String
        /// In `manifests/`.
        public var file: String
        public var line: UInt32
        public var fieldPath: String?
        public var contains: String
    }

    /// A command as a user types it, in the folder of the case.
    public struct Command: Decodable, Sendable {
        public var argv: [String]
        public var exit: Int32
        public var contains: [String]
    }
}

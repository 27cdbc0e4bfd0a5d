import Foundation
import NetTypes

/// `probes.json` of one case (format 1): packets that were put before a node, with what became of them.
struct ProbesFile: Decodable {
    var node: String
    var features: [String]?
    /// Destination translations present on the node.
    var nat: [ProbeTranslation]?
    var probes: [Probe]

    struct Probe: Decodable {
        var id: Int
        /// Interface that the packet enters by; `local`: sent by the node itself.
        var `in`: String
        /// Interface that it leaves by when allowed; `local`: delivered to the node.
        var out: String
        var srcName: String?
        var dstName: String?
        /// The packet as it enters, before translation.
        var src: Address
        var dst: Address
        /// A name (`TCP`) or a number.
        var `protocol`: ExpectFile.NumberOrName
        var srcPort: UInt16?
        var port: UInt16?
        var icmpType: UInt8?
        var icmpCode: UInt8?
        /// The probe before this one in the same connection tracking state.
        var after: Int?
        /// The probe whose packet this ICMP error quotes.
        var quotes: Int?
        var verdict: Word
        /// Absent: not compared.
        var decided: [ProbeStep]?
        /// Calico's own rendering departs from the meaning here.
        var quirk: String?
    }

    enum Word: String, Decodable {
        case allow
        case deny
    }

    static func read(_ url: URL) throws(PolicyTestError) -> ProbesFile {
        let file: ProbesFile = try PolicyTestError.decoding(url)
        let ids = Set(file.probes.map(\.id))
        guard ids.count == file.probes.count else {
            throw PolicyTestError(message: "\(url.path): two probes have one id")
        }
        if let entry = file.nat?.first(where: { $0.protocol.number?.hasPorts != true }) {
            throw PolicyTestError(message: "\(url.path): nat: \(entry.protocol.text) is no protocol with ports")
        }
        let quoting = Set(file.probes.filter { $0.quotes != nil }.map(\.id))
        for probe in file.probes {
            if let quoted = probe.quotes, quoting.contains(quoted) {
                throw PolicyTestError(
                    message: "\(url.path): probe \(probe.id) quotes probe \(quoted), which quotes another itself")
            }
            if let missing = [probe.after, probe.quotes].compactMap({ $0 }).first(where: { !ids.contains($0) }) {
                throw PolicyTestError(
                    message: "\(url.path): probe \(probe.id) names probe \(missing), which is not there")
            }
        }
        return file
    }
}

/// A destination translation: of packets to `dst`, or to any address of the node.
struct ProbeTranslation: Decodable {
    var `protocol`: ExpectFile.NumberOrName
    var port: UInt16
    var dst: Address?
    var toAddress: Address
    var toPort: UInt16
}

/// What decided at one stage, in the words of the format.
struct ProbeStep: Decodable, Hashable {
    var by: String
    var policy: String?
    var tier: String?
    var profile: String?
    var direction: String?
    /// `untracked` or `preDNAT`; absent for ordinary policy.
    var stage: String?

    var text: String {
        [stage, by, policy ?? tier ?? profile, direction].compactMap { $0 }.joined(separator: " ")
    }
}

/// An address as text.
struct Address: Decodable, Hashable {
    var value: IPAddress

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no address")
        }
        self.value = value
    }
}

public import NetTypes

/// Builds DNS messages byte by byte, good ones and bad ones (RFC 1035 4.1).
public struct DNSMessage {
    public enum Record {
        case address(String, IPAddress, timeToLive: UInt32)
        case alias(String, String, timeToLive: UInt32)
        /// Owner, type, class and data as they are.
        case other(String, type: UInt16, kind: UInt16, data: [UInt8])
    }

    /// QR, RD, RA, no error.
    public var flags: UInt16 = 0x8180
    public var question: String
    public var records: [Record]

    public init(_ question: String, _ records: [Record]) {
        self.question = question
        self.records = records
    }

    /// Names are written without pointers, but for owners that are the question's name.
    public var bytes: [UInt8] {
        var bytes = DNSMessage.number(0x1234) + DNSMessage.number(flags) + DNSMessage.number(1)
        bytes += DNSMessage.number(UInt16(records.count)) + [0, 0, 0, 0]
        bytes += DNSMessage.name(question) + DNSMessage.number(1) + DNSMessage.number(1)
        for record in records { bytes += self.bytes(of: record) }
        return bytes
    }

    private func bytes(of record: Record) -> [UInt8] {
        switch record {
        case .address(let owner, let address, let timeToLive):
            head(owner, address.family == .v4 ? 1 : 28, 1, timeToLive) + DNSMessage.sized(address.bytes)
        case .alias(let owner, let target, let timeToLive):
            head(owner, 5, 1, timeToLive) + DNSMessage.sized(DNSMessage.name(target))
        case .other(let owner, let type, let kind, let data):
            head(owner, type, kind, 60) + DNSMessage.sized(data)
        }
    }

    private func head(_ owner: String, _ type: UInt16, _ kind: UInt16, _ timeToLive: UInt32) -> [UInt8] {
        let pointer: [UInt8] = [0xc0, 12]
        return (owner == question ? pointer : DNSMessage.name(owner)) + DNSMessage.number(type)
            + DNSMessage.number(kind) + DNSMessage.number(UInt16(timeToLive >> 16))
            + DNSMessage.number(UInt16(truncatingIfNeeded: timeToLive))
    }

    public static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func sized(_ data: [UInt8]) -> [UInt8] { number(UInt16(data.count)) + data }

    public static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}

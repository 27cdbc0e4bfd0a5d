public import NetTypes

/// The answer section of a DNS response, as far as it leads from names to addresses (RFC 1035 4.1, RFC 3596).
public struct DNSResponse: Hashable, Sendable {
    public struct Record: Hashable, Sendable {
        public enum Content: Hashable, Sendable {
            /// A or AAAA.
            case address(IPAddress)
            /// CNAME: the name that the owner stands for.
            case alias(String)
        }

        /// Normalized, as are the names in `content`.
        public var owner: String
        /// Seconds. A value with the highest bit set counts as 0 (RFC 2181 8).
        public var timeToLive: UInt32
        public var content: Content
    }

    /// In the order of the message; other types and classes are left out.
    public var records: [Record] = []
    /// The message ends, or makes no sense, before its answers do: `records` are those before that place.
    public var isBroken = false

    /// `nil` when the bytes are no answer to a standard query: too short for a header, a question, another operation,
    /// or an error code.
    public init?(_ message: [UInt8]) {
        var reader = DNSReader(message)
        guard reader.uint16() != nil, let flags = reader.uint16(), let questions = reader.uint16(),
            let answers = reader.uint16(), reader.skip(4)
        else { return nil }
        // QR is 1, OPCODE 0, RCODE 0.
        guard flags & 0xf80f == 0x8000 else { return nil }
        for _ in 0..<questions {
            guard reader.name() != nil, reader.skip(4) else {
                isBroken = true
                return
            }
        }
        for _ in 0..<answers {
            guard read(&reader) else {
                isBroken = true
                return
            }
        }
    }

    private static let internet: UInt16 = 1

    /// Reads one resource record; false when it is broken.
    private mutating func read(_ reader: inout DNSReader) -> Bool {
        guard let owner = reader.name(), let type = reader.uint16(), let kind = reader.uint16(),
            let written = reader.uint32(), let length = reader.uint16()
        else { return false }
        let start = reader.position
        let timeToLive = written >> 31 == 0 ? written : 0
        guard kind == DNSResponse.internet else { return reader.skip(Int(length)) }
        switch (type, length) {
        case (1, 4), (28, 16):
            guard let bytes = reader.take(Int(length)), let address = IPAddress(bytes: bytes) else { return false }
            records.append(Record(owner: owner, timeToLive: timeToLive, content: .address(address)))
            return true
        case (1, _), (28, _): return false
        case (5, _):
            guard let alias = reader.name(), reader.position == start + Int(length) else { return false }
            records.append(Record(owner: owner, timeToLive: timeToLive, content: .alias(alias)))
            return true
        default: return reader.skip(Int(length))
        }
    }
}

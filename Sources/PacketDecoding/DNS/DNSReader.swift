import NetTypes

/// Reads a DNS message front to back (RFC 1035 4.1). Every read that the bytes don't hold is `nil`.
struct DNSReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func uint16() -> UInt16? {
        guard let number = uint16(at: position) else { return nil }
        position += 2
        return number
    }

    mutating func uint32() -> UInt32? {
        guard let high = uint16(), let low = uint16() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count <= bytes.count - position else { return false }
        position += count
        return true
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        let start = position
        return skip(count) ? bytes[start..<position] : nil
    }

    /// A name at the position, normalized (`DomainName`), in text form: a byte that is no printable character, a dot or
    /// a backslash within a label is written `\DDD` (RFC 1035 5.1).
    ///
    /// Pointers only lead backwards, and each behind the one before, so that reading ends whatever the bytes say.
    mutating func name() -> String? {
        var text: [UInt8] = []
        var length = 0
        var place = position
        var lowest = position
        var end: Int?
        while true {
            guard place < bytes.count else { return nil }
            let octet = Int(bytes[place])
            switch octet >> 6 {
            case 0:
                guard octet > 0 else {
                    position = end ?? place + 1
                    return String(decoding: text, as: UTF8.self)
                }
                length += octet + 1
                guard length < DNSReader.nameLimit, place + 1 + octet <= bytes.count else { return nil }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                for byte in bytes[(place + 1)..<(place + 1 + octet)] { DNSReader.append(byte, to: &text) }
                place += 1 + octet
            case 3:
                guard let pointer = uint16(at: place) else { return nil }
                end = end ?? place + 2
                place = Int(pointer & 0x3fff)
                guard place < lowest else { return nil }
                lowest = place
            default: return nil
            }
        }
    }

    /// Octets of a name, the root's included (RFC 1035 2.3.4).
    private static let nameLimit = 255

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"), 0...0x20, 0x7f...:
            text += [UInt8(ascii: "\\"), 48 + byte / 100, 48 + byte / 10 % 10, 48 + byte % 10]
        default: text.append(DomainName.lowered(byte))
        }
    }

    private func uint16(at place: Int) -> UInt16? {
        guard place >= 0, place + 2 <= bytes.count else { return nil }
        return UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    }
}

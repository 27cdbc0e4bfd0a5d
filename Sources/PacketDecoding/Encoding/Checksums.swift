import NetTypes

/// The Internet checksum (RFC 1071): ones' complement of the ones' complement sum of 16-bit words.
struct InternetChecksum {
    private var sum: UInt64 = 0

    /// Adds bytes as big-endian words; an odd last byte is padded with zero. Only the last call may be odd.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        var high: UInt8?
        for byte in bytes {
            if let first = high {
                sum += UInt64(first) << 8 | UInt64(byte)
                high = nil
            } else {
                high = byte
            }
        }
        if let high { sum += UInt64(high) << 8 }
    }

    var value: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = (folded & 0xffff) + (folded >> 16) }
        return ~UInt16(truncatingIfNeeded: folded)
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(bytes)
        return checksum.value
    }

    /// Over the pseudo header of RFC 9293 3.1 or RFC 8200 8.1, and `segment` with a zeroed checksum field.
    static func ofTransport(
        _ segment: [UInt8], proto: IPProtocol, from source: IPAddress, to destination: IPAddress
    ) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(source.bytes)
        checksum.add(destination.bytes)
        checksum.add(UInt32(truncatingIfNeeded: segment.count).bigEndianBytes)
        checksum.add([0, proto.rawValue])
        checksum.add(segment)
        return checksum.value
    }
}

/// CRC32c (Castagnoli, reflected polynomial 0x82f63b78), SCTP's checksum (RFC 9260 appendix A).
enum CRC32C {
    static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1
            }
        }
        return ~crc
    }
}

extension FixedWidthInteger {
    /// Network order.
    var bigEndianBytes: [UInt8] {
        let width = Self.bitWidth / 8
        return (0..<width).map { UInt8(truncatingIfNeeded: self >> Self((width - 1 - $0) * 8)) }
    }
}

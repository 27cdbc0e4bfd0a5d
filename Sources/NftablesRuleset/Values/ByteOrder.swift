/// The one place that turns numbers and names into register bytes (byte order per key: linux.md 2, "Byte order and key
/// layout").
enum ByteOrder {
    /// As on the wire, most significant byte first.
    static func network(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    /// As this machine keeps it in memory.
    static func host(_ value: UInt32) -> [UInt8] {
        let ordered = value.littleEndian
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: ordered >> UInt32($0)) }
    }

    /// Four bytes as this machine would read them; missing ones are zero.
    static func hostWord(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var word: UInt32 = 0
        for (index, byte) in bytes.enumerated().prefix(4) { word |= UInt32(byte) << UInt32(index * 8) }
        return UInt32(littleEndian: word)
    }

    /// `IFNAMSIZ` bytes, the name in front, zeros behind.
    static func interfaceName(_ name: String) -> [UInt8] {
        let bytes = Array(name.utf8.prefix(interfaceNameLength))
        return bytes + Array(repeating: 0, count: interfaceNameLength - bytes.count)
    }

    /// `IFNAMSIZ`.
    static let interfaceNameLength = 16
}

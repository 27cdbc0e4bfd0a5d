/// Numbers that the kernel keeps in the machine's own order: marks, states, indices, netlink headers.
extension FixedWidthInteger where Self: UnsignedInteger {
    /// The bytes as the machine stores them.
    var hostOrder: [UInt8] {
        let word = littleEndian
        return stride(from: 0, to: Self.bitWidth, by: 8).map { shift in
            let position = self == word ? shift : Self.bitWidth - 8 - shift
            return UInt8(truncatingIfNeeded: self >> Self(position))
        }
    }

    /// Most significant byte first, as nf_tables attributes have their numbers.
    var networkOrder: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }

    /// From bytes in the machine's order, as many as the type has; missing ones count as zero.
    init(hostOrder bytes: some Collection<UInt8>) {
        let isLittleEndian = Self(1).littleEndian == 1
        self = 0
        for (index, byte) in bytes.prefix(Self.bitWidth / 8).enumerated() {
            let position = isLittleEndian ? index * 8 : Self.bitWidth - 8 - index * 8
            self |= Self(byte) << Self(position)
        }
    }
}

/// Integers as bytes: netlink headers are in host order, nf_tables attributes in network order.
extension FixedWidthInteger {
    /// As the host stores it.
    var hostOrder: [UInt8] {
        Self(1).littleEndian == 1 ? networkOrder.reversed() : networkOrder
    }

    /// Most significant byte first.
    var networkOrder: [UInt8] {
        stride(from: bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }

    /// From bytes in host order; `nil` unless there are exactly as many as the type has.
    init?(hostOrder bytes: ArraySlice<UInt8>) {
        if Self(1).littleEndian == 1 {
            self.init(most: bytes.reversed())
        } else {
            self.init(most: Array(bytes))
        }
    }

    /// From bytes in network order; `nil` unless there are exactly as many as the type has.
    init?(networkOrder bytes: ArraySlice<UInt8>) {
        self.init(most: Array(bytes))
    }

    private init?(most bytes: [UInt8]) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}

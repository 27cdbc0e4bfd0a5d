import NetTypes

/// What a set's table is searched for: an address of one family, alone or with protocol and port.
protocol MemberKey: Equatable, Sendable {
    /// An address of the family as a number.
    associatedtype Address: FixedWidthInteger & UnsignedInteger & Sendable
    /// The value of a free slot; no member has it.
    static var free: Self { get }
    init(address: Address)
    init(address: Address, proto: UInt8, port: UInt16)
    var hash: UInt64 { get }
}

/// IPv4: address, port and protocol in 56 bits.
struct MemberKey4: MemberKey {
    var bits: UInt64

    static var free: MemberKey4 { MemberKey4(bits: .max) }

    init(bits: UInt64) { self.bits = bits }
    init(address: UInt32) { bits = UInt64(address) << 24 }
    init(address: UInt32, proto: UInt8, port: UInt16) {
        bits = UInt64(address) << 24 | UInt64(port) << 8 | UInt64(proto)
    }

    var hash: UInt64 { mixed(bits) }
}

/// IPv6: the address, and port and protocol beside it.
struct MemberKey6: MemberKey {
    var address: UInt128
    /// Port and protocol in the low 24 bits; all ones in a free slot.
    var tag: UInt32

    static var free: MemberKey6 { MemberKey6(address: 0, tag: .max) }

    init(address: UInt128, tag: UInt32) {
        self.address = address
        self.tag = tag
    }
    init(address: UInt128) { self.init(address: address, tag: 0) }
    init(address: UInt128, proto: UInt8, port: UInt16) {
        self.init(address: address, tag: UInt32(port) << 8 | UInt32(proto))
    }

    var hash: UInt64 {
        mixed(
            UInt64(truncatingIfNeeded: address) ^ mixed(UInt64(truncatingIfNeeded: address >> 64) ^ UInt64(tag)))
    }
}

/// The finalizer of SplitMix64: every input bit moves every output bit.
@inline(__always) func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}

/// An address block in canonical form: the bits behind the prefix length are zero.
///
/// Ordered by family, first address, then length, so that a block comes right before the blocks inside it.
@frozen public struct IPPrefix: Hashable, Comparable, Sendable {
    /// The first address of the block.
    public let address: IPAddress
    /// 0…32 or 0…128.
    public let length: UInt8

    /// Masks away the host bits of `address`. `length` must fit the family.
    @inlinable public init(_ address: IPAddress, length: Int) {
        precondition(length >= 0 && length <= address.family.bitWidth, "prefix length out of range")
        let mask = IPPrefix.mask(length, of: address.family)
        self.address = IPAddress(family: address.family, bits: address.bits & mask)
        self.length = UInt8(length)
    }

    /// The block of exactly one address (/32 or /128).
    @inlinable public init(host address: IPAddress) {
        self.address = address
        self.length = UInt8(address.family.bitWidth)
    }

    @inlinable static func mask(_ length: Int, of family: IPFamily) -> UInt128 {
        let hostBits = family.bitWidth - length
        let all: UInt128 = family == .v4 ? 0xffff_ffff : .max
        return hostBits == 128 ? 0 : (all >> UInt128(hostBits)) << UInt128(hostBits)
    }

    @inlinable public var family: IPFamily { address.family }
    @inlinable public var first: IPAddress { address }
    /// The last address of the block, inclusive.
    @inlinable public var last: IPAddress {
        let all: UInt128 = family == .v4 ? 0xffff_ffff : .max
        return IPAddress(family: family, bits: address.bits | (all & ~IPPrefix.mask(Int(length), of: family)))
    }
    @inlinable public var isSingleAddress: Bool { Int(length) == family.bitWidth }

    @inlinable public func contains(_ other: IPAddress) -> Bool {
        other.family == family && other.bits & IPPrefix.mask(Int(length), of: family) == address.bits
    }

    /// Whether every address of `other` lies in this block (a block contains itself).
    @inlinable public func contains(_ other: IPPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    @inlinable public static func < (a: IPPrefix, b: IPPrefix) -> Bool {
        a.address == b.address ? a.length < b.length : a.address < b.address
    }
}

extension IPPrefix: CustomStringConvertible {
    /// `10.0.0.0/8`; a single address keeps its `/32` or `/128`.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(43)
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `description`, in ASCII: for whoever writes many.
    public func write(to text: inout [UInt8]) {
        address.write(to: &text)
        text.append(UInt8(ascii: "/"))
        text.appendDecimal(length)
    }
}

extension IPPrefix {
    /// A parsed text form of a block, with what masking would hide.
    public struct Parsed: Sendable, Hashable {
        public var prefix: IPPrefix
        /// The address as written, host bits included.
        public var address: IPAddress
        /// Whether a `/length` was written.
        public var hasLength: Bool
        public var hasHostBits: Bool { prefix.address != address }
    }

    /// Parses `address/length` or a bare address, as Go's `net.ParseCIDR` and `net.ParseIP` do: decimal length
    /// (leading zeros allowed), no sign. `::ffff:10.0.0.0/104` is the IPv4 block 10.0.0.0/8; a mapped length below
    /// 96 stays IPv6.
    public static func parse(_ text: String) -> Parsed? {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return IPAddress(text).map { Parsed(prefix: IPPrefix(host: $0), address: $0, hasLength: false) }
        }
        let addressText = text[..<slash]
        let digits = text[text.utf8.index(after: slash)...].utf8
        guard let address = IPAddress(String(addressText)), !digits.isEmpty,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        var length = 0
        for digit in digits {
            length = length * 10 + Int(digit - UInt8(ascii: "0"))
            guard length <= 128 else { return nil }
        }
        let writtenAsIPv6 = addressText.utf8.contains(UInt8(ascii: ":"))
        if address.family == .v4, writtenAsIPv6 {
            guard length >= 96 else {
                let mapped = IPAddress(v6: 0xffff << 32 | address.bits)
                return Parsed(prefix: IPPrefix(mapped, length: length), address: mapped, hasLength: true)
            }
            length -= 96
        }
        guard length <= address.family.bitWidth else { return nil }
        return Parsed(prefix: IPPrefix(address, length: length), address: address, hasLength: true)
    }

    /// `nil` unless `text` is an address or block; host bits are masked away.
    public init?(_ text: String) {
        guard let parsed = IPPrefix.parse(text) else { return nil }
        self = parsed.prefix
    }
}

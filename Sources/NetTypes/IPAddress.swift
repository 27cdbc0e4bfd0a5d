/// The two address families. The raw value is the IP version number in the packet header.
@frozen public enum IPFamily: UInt8, Sendable, Hashable, Comparable, CaseIterable {
    case v4 = 4
    case v6 = 6

    /// Address width in bits: 32 or 128.
    @inlinable public var bitWidth: Int { self == .v4 ? 32 : 128 }

    @inlinable public static func < (a: IPFamily, b: IPFamily) -> Bool { a.rawValue < b.rawValue }
}

/// One IPv4 or IPv6 address as a number; IPv4 lives in the low 32 bits.
///
/// Ordered by family first, then numerically, so that sorted lists keep families apart.
@frozen public struct IPAddress: Hashable, Comparable, Sendable {
    /// The address in host arithmetic: the first byte on the wire is the most significant one.
    public let bits: UInt128
    public let family: IPFamily

    @inlinable public init(family: IPFamily, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    @inlinable public init(v4 bits: UInt32) {
        self.init(family: .v4, bits: UInt128(bits))
    }

    @inlinable public init(v6 bits: UInt128) {
        self.init(family: .v6, bits: bits)
    }

    @inlinable public static func < (a: IPAddress, b: IPAddress) -> Bool {
        a.family == b.family ? a.bits < b.bits : a.family < b.family
    }

    /// The bytes as on the wire: 4 or 16 of them.
    public var bytes: [UInt8] {
        let count = family.bitWidth / 8
        return (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt128((count - 1 - $0) * 8)) }
    }

    /// From wire bytes, network order; `nil` unless there are 4 or 16.
    public init?(bytes: some Collection<UInt8>) {
        let family: IPFamily
        switch bytes.count {
        case 4: family = .v4
        case 16: family = .v6
        default: return nil
        }
        self.init(family: family, bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Parses as Go's `net.ParseIP` does: four decimal octets without leading zeros, or any RFC 4291 text form of
    /// IPv6 without zone. An IPv4-mapped address (`::ffff:10.0.0.1`) **is** the IPv4 address, as in Calico.
    public init?(_ text: String) {
        self.init(parsing: text.utf8)
    }

    init?(parsing text: some BidirectionalCollection<UInt8>) {
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = parseIPv6(Array(text)) else { return nil }
            if bits >> 32 == 0xffff {
                self.init(v4: UInt32(truncatingIfNeeded: bits))
            } else {
                self.init(v6: bits)
            }
        } else {
            guard let bits = parseIPv4(Array(text)) else { return nil }
            self.init(v4: bits)
        }
    }

    /// Dotted decimal, or the canonical IPv6 form of RFC 5952.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(39)
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `description`, in ASCII: for whoever writes many.
    public func write(to text: inout [UInt8]) {
        guard family == .v4 else {
            text += formatIPv6(bits).utf8
            return
        }
        let address = UInt32(truncatingIfNeeded: bits)
        text.appendDecimal(UInt8(address >> 24))
        for shift: UInt32 in [16, 8, 0] {
            text.append(UInt8(ascii: "."))
            text.appendDecimal(UInt8(truncatingIfNeeded: address >> shift))
        }
    }
}

private func parseIPv4(_ text: [UInt8]) -> UInt32? {
    let octets = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard octets.count == 4 else { return nil }
    var bits: UInt32 = 0
    for octet in octets {
        guard (1...3).contains(octet.count), octet.count == 1 || octet.first != UInt8(ascii: "0") else { return nil }
        var value: UInt32 = 0
        for digit in octet {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
        }
        guard value <= 255 else { return nil }
        bits = bits << 8 | value
    }
    return bits
}

private func parseHexGroup(_ text: ArraySlice<UInt8>) -> UInt16? {
    guard (1...4).contains(text.count) else { return nil }
    var value: UInt16 = 0
    for byte in text {
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        value = value << 4 | UInt16(digit)
    }
    return value
}

/// The groups of one side of `::` as 16-bit numbers; the last one may be dotted decimal when `dottedTail`.
private func parseGroups(_ text: ArraySlice<UInt8>, dottedTail: Bool) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
        if dottedTail, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
            guard let v4 = parseIPv4(Array(part)) else { return nil }
            groups += [UInt16(v4 >> 16), UInt16(v4 & 0xffff)]
        } else {
            guard let group = parseHexGroup(part) else { return nil }
            groups.append(group)
        }
    }
    return groups
}

private func parseIPv6(_ text: [UInt8]) -> UInt128? {
    let colon = UInt8(ascii: ":")
    let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    var groups: [UInt16]
    if let gap {
        guard let head = parseGroups(text[..<gap], dottedTail: false),
            let tail = parseGroups(text[(gap + 2)...], dottedTail: true),
            head.count + tail.count <= 7
        else { return nil }
        groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    } else {
        guard let all = parseGroups(text[...], dottedTail: true), all.count == 8 else { return nil }
        groups = all
    }
    return groups.reduce(0) { $0 << 16 | UInt128($1) }
}

private func formatIPv6(_ bits: UInt128) -> String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128((7 - $0) * 16)) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
        var end = start
        while end < 8, groups[end] == 0 { end += 1 }
        if end - start > max(longest.count, 1) { longest = start..<end }
        start = max(end, start + 1)
    }
    func hex(_ range: Range<Int>) -> String {
        groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return hex(0..<8) }
    return hex(0..<longest.lowerBound) + "::" + hex(longest.upperBound..<8)
}

import NetTypes

/// The network sets of a cluster, and who else is outside.
///
/// ```
/// element i   IPv4: block of eight elements ──permuted──▶ a /24 of 32 public /8; one /27 of it each, in it /28 to /32
///             IPv6: every tenth of a dual stack, a /64, /112 or /128 below 2a00::/16
/// ```
/// No element fills its /27 or meets its neighbour, so that canonical sets have as many members as were asked for.
struct OutsideNetworks: Sendable {
    let plan: ClusterPlan

    /// Why a set exists.
    enum Kind: String, Sendable {
        case threat
        case partner
        case watch
    }

    // MARK: Sets

    /// About a hundred elements each in small clusters, a thousand in large ones.
    var setCount: Int { plan.setElements == 0 ? 0 : min(1000, max(3, plan.setElements / 100)) }

    func elements(of set: Int) -> Range<Int> {
        set * plan.setElements / setCount..<(set + 1) * plan.setElements / setCount
    }

    func set(of element: Int) -> Int { ((element + 1) * setCount - 1) / plan.setElements }

    /// Six of ten hold what is to be denied.
    func kind(of set: Int) -> Kind {
        switch set % 10 {
        case 0, 3, 4, 5, 6, 7: .threat
        case 1, 8: .partner
        default: .watch
        }
    }

    func name(of set: Int) -> String { "\(kind(of: set).rawValue)-\(padded(set, 4))" }

    // MARK: Elements

    func isIPv6(_ element: Int) -> Bool { plan.isDualStack && element % 10 == 9 }

    func prefix(_ element: Int) -> IPPrefix {
        isIPv6(element) ? prefix6(element) : prefix4(element)
    }

    /// The elements of a family in all.
    func count(_ family: IPFamily) -> Int {
        let six = plan.isDualStack ? plan.setElements / 10 : 0
        return family == .v6 ? six : plan.setElements - six
    }

    /// The `index`th element of a family.
    func element(_ family: IPFamily, _ index: Int) -> Int {
        guard plan.isDualStack else { return index }
        return family == .v6 ? index * 10 + 9 : index / 9 * 10 + index % 9
    }

    private static let publicBlocks: [UInt32] = [
        5, 23, 31, 37, 45, 46, 49, 58, 60, 61, 77, 78, 79, 80, 81, 82, 91, 93, 94, 101, 103, 109, 110, 111, 112, 113,
        114, 115, 121, 176, 185, 193,
    ]

    private func prefix4(_ element: Int) -> IPPrefix {
        let block = permuted(UInt32(element / 8))
        let base =
            Self.publicBlocks[Int(block >> 16)] << 24 | (block & 0xffff) << 8 | UInt32(element % 8) << 5
        var random = RandomStream(seed: plan.seed, .element, element)
        let choice = random.number(below: 10)
        let length = choice < 7 ? 32 : 28 + choice % 4
        return IPPrefix(IPAddress(v4: base | UInt32(random.number(below: 32))), length: length)
    }

    private func prefix6(_ element: Int) -> IPPrefix {
        var random = RandomStream(seed: plan.seed, .element, element)
        let network = 0x2a00_0000_0000_0000 | UInt64(element) << 16 | UInt64(random.number(below: 1 << 15)) << 1
        let length = [64, 112, 128, 128][random.number(below: 4)]
        let host = length == 64 ? 0 : UInt128(random.number(below: 1 << 15)) << 16
        let last = length == 128 ? UInt128(random.number(below: 1 << 15)) : 0
        return IPPrefix(IPAddress(v6: UInt128(network) << 64 | host | last), length: length)
    }

    /// Every number below 2^21 to another one of them: a Feistel network over two unequal halves would do as well, but
    /// odd multiplication and xor-shift, both reversible, are enough to scatter the blocks.
    private func permuted(_ value: UInt32) -> UInt32 {
        let mask: UInt32 = (1 << 21) - 1
        var x = (value ^ UInt32(truncatingIfNeeded: RandomStream.mixed(plan.seed))) & mask
        x = x &* 0x2c1b_3c6d & mask
        x ^= x >> 11
        x = x &* 0x297a_2d39 & mask
        return x ^ x >> 10
    }

    // MARK: Addresses

    /// An address of an element: its first one, or another one inside.
    func address(in element: Int, _ random: inout RandomStream) -> IPAddress {
        let block = prefix(element)
        let bits = block.family.bitWidth - Int(block.length)
        let inside = bits == 0 ? 0 : UInt128(random.next() >> 8) & (1 << UInt128(min(bits, 48)) - 1)
        return IPAddress(family: block.family, bits: block.address.bits | inside)
    }

    private static let otherBlocks: [UInt32] = [8, 13, 34, 52, 66, 151, 199, 208]

    /// An address that no set holds.
    func stranger(_ family: IPFamily, _ random: inout RandomStream) -> IPAddress {
        let bits = random.next()
        guard family == .v4 else { return IPAddress(v6: 0x2600 << 112 | UInt128(bits)) }
        return IPAddress(v4: Self.otherBlocks[Int(bits & 7)] << 24 | UInt32(truncatingIfNeeded: bits >> 40))
    }
}

import NetTypes

/// Blocks whose edges tell right from nearly right: around pods and nodes, adjacent, nested, and the widest ones.
enum BlockGenerator {
    private static let fixed = [
        "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25",
        "10.0.1.0/24", "10.0.0.0/23", "10.0.0.4/31", "10.0.0.6/31", "192.168.0.0/16", "198.51.100.0/24",
        "203.0.113.7/32", "240.0.0.0/4", "::/0", "::/1", "8000::/1", "fd00::/8", "fd00::/64", "fd00::/120",
        "fd00::80/121", "fd00::100/120", "fd00::4/127", "2001:db8::/32", "2001:db8:ffff::7/128",
    ].compactMap { IPPrefix($0) }

    static func blocks(around vocabulary: Vocabulary, _ dice: inout Dice) -> [IPPrefix] {
        let addresses = vocabulary.pods.flatMap(\.addresses) + vocabulary.nodes.flatMap(\.addresses)
        let near = addresses.map { address in
            let width = address.family.bitWidth
            return IPPrefix(address, length: dice.pick([width, width, width - 1, width - 2, width - 8, width - 9]))
        }
        let neighbours = dice.some(near, 0...3).compactMap(sibling)
        return dice.some(fixed, 6...14) + near + neighbours
    }

    /// The other half of the block's parent.
    private static func sibling(_ block: IPPrefix) -> IPPrefix? {
        guard block.length > 0 else { return nil }
        let bit = UInt128(1) << UInt128(block.family.bitWidth - Int(block.length))
        return IPPrefix(
            IPAddress(family: block.family, bits: block.address.bits ^ bit), length: Int(block.length))
    }
}

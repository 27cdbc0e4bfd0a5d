import NetTypes

/// Blocks cut along each other.
enum AddressAtoms {
    /// Disjoint blocks with the same addresses, each of which lies in every given block as a whole or not at all.
    static func cut(_ blocks: some Sequence<IPPrefix>) -> [IPPrefix] {
        let sorted = Set(blocks).sorted()
        var outer: [IPPrefix] = []
        for block in sorted where !(outer.last?.contains(block) ?? false) { outer.append(block) }
        return outer.flatMap { block in
            atoms(of: block, along: sorted.filter { block.contains($0) && $0 != block })
        }
    }

    private static func atoms(of block: IPPrefix, along inner: [IPPrefix]) -> [IPPrefix] {
        guard !inner.isEmpty else { return [block] }
        let length = Int(block.length) + 1
        let halves = [IPPrefix(block.first, length: length), IPPrefix(block.last, length: length)]
        return halves.flatMap { half in
            atoms(of: half, along: inner.filter { half.contains($0) && $0 != half })
        }
    }
}

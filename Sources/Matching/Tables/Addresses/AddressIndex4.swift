/// IPv4 address to number of its record.
///
/// Addresses with a record of their own have the slots of a perfect hash, 0 ..< `slotCount`: one look-up, and the record
/// itself says whether it is theirs. All others have the records behind these, by the longest block of a trie. Single
/// addresses and short blocks that stand alone in their /24 are slots, too: a block of the trie costs 1 KiB.
struct AddressIndex4: Sendable {
    private(set) var hash: PerfectHash
    private(set) var trie: PrefixTrie
    /// By number. A free slot holds a record whose address has another slot.
    private(set) var records: [AddressRecord]
    private(set) var owners: [AddressOwner]

    /// At most this many addresses of one /24 become slots rather than a block of the trie.
    private static let sparse = 64

    /// - Parameters:
    ///   - singles: addresses with records of their own, ascending.
    ///   - regions: blocks before those inside them, the whole family first; with the record of each.
    init?(
        singles: [(address: UInt32, record: OwnedRecord)],
        regions: [(first: UInt32, length: UInt8, record: OwnedRecord)]
    ) {
        var shared = SharedRecords()
        var exact = singles
        trie = PrefixTrie(0)
        for region in regions where region.length <= 24 {
            trie.insert(region.first, length: Int(region.length), shared.number(of: region.record))
        }
        let own = Set(singles.map(\.address))
        var start = 0
        let small = regions.filter { $0.length > 24 }
        while start < small.count {
            var end = start
            var cells = [Int?](repeating: nil, count: 256)
            while end < small.count, small[end].first >> 8 == small[start].first >> 8 {
                let first = Int(small[end].first & 255)
                for cell in first..<(first + 1 << (32 - Int(small[end].length))) { cells[cell] = end }
                end += 1
            }
            let base = small[start].first & ~255
            let open = cells.indices.filter { cells[$0] != nil && !own.contains(base + UInt32($0)) }
            if open.count <= AddressIndex4.sparse {
                for cell in open {
                    guard let index = cells[cell] else { continue }
                    exact.append((base + UInt32(cell), small[index].record))
                }
            } else {
                for region in small[start..<end] {
                    trie.insert(region.first, length: Int(region.length), shared.number(of: region.record))
                }
            }
            start = end
        }
        // The hash needs some key.
        if exact.isEmpty { exact = [(0, shared.records[Int(trie.value(of: 0))])] }
        guard let hash = PerfectHash(exact.map(\.address), []) else { return nil }
        self.hash = hash
        records = Array(repeating: exact[0].record.record, count: hash.slotCount)
        owners = Array(repeating: .outside, count: hash.slotCount)
        for index in records.indices { records[index].address = exact[0].address }
        for (address, owned) in exact {
            let slot = hash.slot(address, 0)
            records[slot] = owned.record
            records[slot].address = address
            owners[slot] = owned.owner
        }
        trie.add(hash.slotCount)
        records += shared.records.map(\.record)
        owners += shared.records.map(\.owner)
    }

    func number(of address: UInt32) -> Int {
        let slot = hash.slot(address, 0)
        return records[slot].address == address ? slot : Int(trie.value(of: address))
    }
}

/// Records that addresses share, equal ones once.
struct SharedRecords {
    private(set) var records: [OwnedRecord] = []
    private var numbers: [OwnedRecord: UInt32] = [:]

    mutating func number(of record: OwnedRecord) -> UInt32 {
        if let known = numbers[record] { return known }
        let new = UInt32(records.count)
        numbers[record] = new
        records.append(record)
        return new
    }
}

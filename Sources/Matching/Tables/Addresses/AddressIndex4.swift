/// IPv4 address to number of its record.
///
/// ```
/// own hash ─▶ record, which says whether it is theirs: addresses that belong to somebody, few and asked for often
/// singles' hash ─▶ address, number of record: single addresses, and short blocks that stand alone in their /24
/// trie ─▶ number of record: longer blocks, and everything else; a block of the trie costs 1 KiB
/// ```
struct AddressIndex4: Sendable {
    /// An address and the number of its record; the layout of `dp_single`.
    struct Single: Sendable {
        var address: UInt32
        var record: UInt32
    }

    private(set) var own: PerfectHash
    private(set) var singles: PerfectHash
    /// A free slot holds what has another slot.
    private(set) var singleSlots: [Single]
    private(set) var trie: PrefixTrie
    /// By number: the slots of `own`, then records that addresses share. A free slot holds a record whose address has
    /// another slot.
    private(set) var records: [AddressRecord]

    /// At most this many addresses of one /24 become singles rather than a block of the trie.
    private static let sparse = 64

    /// Entries of the trie at most: 1 GB, and well below `PrefixTrie.leaf`.
    private static let trieLimit = 1 << 28
    /// Records at most: the loops' gathers take signed numbers of words.
    private static let recordLimit = 1 << 28

    /// `nil` when there are too many addresses.
    ///
    /// - Parameters:
    ///   - singles: addresses with records of their own, ascending.
    ///   - regions: blocks before those inside them, the whole family first; with the record of each.
    init?(
        singles: [(address: UInt32, record: AddressRecord)],
        regions: [(first: UInt32, length: UInt8, record: AddressRecord)]
    ) {
        var shared = SharedRecords()
        var exact: [Single] = []
        trie = PrefixTrie(0)
        for region in regions where region.length <= 24 {
            trie.insert(region.first, length: Int(region.length), shared.number(of: region.record))
            guard trie.entries.count <= AddressIndex4.trieLimit else { return nil }
        }
        let owned = Set(singles.map(\.address))
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
            let open = cells.indices.filter { cells[$0] != nil && !owned.contains(base + UInt32($0)) }
            if open.count <= AddressIndex4.sparse {
                for cell in open {
                    guard let index = cells[cell] else { continue }
                    exact.append(
                        Single(address: base + UInt32(cell), record: shared.number(of: small[index].record)))
                }
            } else {
                for region in small[start..<end] {
                    trie.insert(region.first, length: Int(region.length), shared.number(of: region.record))
                }
                guard trie.entries.count <= AddressIndex4.trieLimit else { return nil }
            }
            start = end
        }
        // The hashes need some key.
        if exact.isEmpty { exact = [Single(address: 0, record: trie.value(of: 0))] }
        let mine =
            singles.isEmpty
            ? [(address: exact[0].address, record: shared.records[Int(exact[0].record)])] : singles
        guard let ownHash = PerfectHash(mine.map(\.address), []),
            let singleHash = PerfectHash(exact.map(\.address), []),
            ownHash.slotCount + shared.records.count <= AddressIndex4.recordLimit, singleHash.slotCount < 1 << 31
        else { return nil }
        own = ownHash
        self.singles = singleHash
        records = Array(repeating: mine[0].record, count: ownHash.slotCount)
        for index in records.indices { records[index].address = mine[0].address }
        for (address, record) in mine {
            let slot = ownHash.slot(address, 0)
            records[slot] = record
            records[slot].address = address
        }
        let firstShared = UInt32(ownHash.slotCount)
        singleSlots = Array(
            repeating: Single(address: exact[0].address, record: exact[0].record + firstShared),
            count: singleHash.slotCount)
        for single in exact {
            singleSlots[singleHash.slot(single.address, 0)] = Single(
                address: single.address, record: single.record + firstShared)
        }
        trie.add(ownHash.slotCount)
        records += shared.records
    }
}

/// Records that addresses share, equal ones once.
struct SharedRecords {
    private(set) var records: [AddressRecord] = []
    private var numbers: [AddressRecord: UInt32] = [:]

    mutating func number(of record: AddressRecord) -> UInt32 {
        if let known = numbers[record] { return known }
        let new = UInt32(records.count)
        numbers[record] = new
        records.append(record)
        return new
    }
}

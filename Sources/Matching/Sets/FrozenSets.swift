import Classification
import NetTypes

/// All sets of a tree for one family, frozen into three flat arrays.
///
/// ```
/// sets[id] ── .empty
///          ── .exact(start, mask)    slots[start ... start+mask]: open addressing, at most half full
///          ── .ranges(start, count)  firsts[start ..< start+count] ascending, lasts beside them
///          ── .domains(index)        domains[index], the only part that changes
/// ```
/// Sets of single addresses and of (address, protocol, port) are exact; a set with any wider block becomes ranges.
/// Look-up: one or two probes, or O(log blocks).
struct FrozenSets<Key: MemberKey>: Sendable {
    enum Form: UInt8, Sendable {
        case empty
        case exact
        case ranges
        case domains
    }

    struct Entry: Sendable {
        var form: Form
        var start: UInt32
        /// Slot count - 1 of an exact set (slot counts are powers of two), number of ranges of a set of ranges.
        var extent: UInt32
    }

    private(set) var entries: [Entry] = []
    private var slots: [Key] = []
    private var firsts: [Key.Address] = []
    private var lasts: [Key.Address] = []
    private var domains: [DomainAddresses<Key>] = []

    init(_ sets: [IPSet], family: IPFamily) {
        entries.reserveCapacity(sets.count)
        for set in sets {
            switch set.members {
            case .addresses:
                let blocks = set.prefixes(of: family)
                if blocks.isEmpty {
                    appendEmpty()
                } else if blocks.allSatisfy(\.isSingleAddress) {
                    appendExact(blocks.map { Key(address: number($0.address)) })
                } else {
                    appendRanges(blocks)
                }
            case .addressPorts:
                let triples = set.triples(of: family)
                if triples.isEmpty {
                    appendEmpty()
                } else {
                    appendExact(
                        triples.map { Key(address: number($0.address), proto: $0.proto.rawValue, port: $0.port) })
                }
            case .domains:
                let keys = set.prefixes(of: family).map { Key(address: number($0.address)) }
                entries.append(Entry(form: .domains, start: UInt32(domains.count), extent: 0))
                domains.append(DomainAddresses(keys))
            }
        }
    }

    /// Whether it has no members, and never will.
    func isEmpty(_ set: IPSetID) -> Bool { entries[set.value].form == .empty }

    /// Whether an address set has `address`.
    @inline(__always) func contains(_ address: Key.Address, in set: UInt32) -> Bool {
        let entry = entries[Int(set)]
        switch entry.form {
        case .empty: return false
        case .exact: return probe(Key(address: address), entry)
        case .ranges: return search(address, entry)
        case .domains: return domains[Int(entry.start)].contains(Key(address: address))
        }
    }

    /// Whether a triple set has the member.
    @inline(__always) func contains(_ address: Key.Address, _ proto: UInt8, _ port: UInt16, in set: UInt32) -> Bool {
        let entry = entries[Int(set)]
        return entry.form == .exact && probe(Key(address: address, proto: proto, port: port), entry)
    }

    mutating func insert(_ address: IPAddress, into set: IPSetID) {
        domains[domainIndex(set)].insert(Key(address: number(address)))
    }

    mutating func remove(_ address: IPAddress, from set: IPSetID) {
        domains[domainIndex(set)].remove(Key(address: number(address)))
    }

    private func domainIndex(_ set: IPSetID) -> Int {
        let entry = entries[set.value]
        precondition(entry.form == .domains, "only the members of domain sets change")
        return Int(entry.start)
    }

    private func probe(_ key: Key, _ entry: Entry) -> Bool {
        var slot = UInt32(truncatingIfNeeded: key.hash) & entry.extent
        while true {
            let found = slots[Int(entry.start + slot)]
            if found == key { return true }
            if found == Key.free { return false }
            slot = (slot + 1) & entry.extent
        }
    }

    private func search(_ address: Key.Address, _ entry: Entry) -> Bool {
        var low = Int(entry.start)
        var count = Int(entry.extent)
        // The first block that starts behind the address; the one before it is the only candidate.
        while count > 0 {
            let half = count >> 1
            if firsts[low + half] <= address {
                low += half + 1
                count -= half + 1
            } else {
                count = half
            }
        }
        return low > Int(entry.start) && address <= lasts[low - 1]
    }

    private mutating func appendEmpty() {
        entries.append(Entry(form: .empty, start: 0, extent: 0))
    }

    private mutating func appendExact(_ keys: [Key]) {
        var size = 2
        while size < keys.count * 2 { size *= 2 }
        let start = slots.count
        slots += repeatElement(Key.free, count: size)
        for key in keys {
            var slot = Int(truncatingIfNeeded: key.hash) & (size - 1)
            while slots[start + slot] != Key.free, slots[start + slot] != key { slot = (slot + 1) & (size - 1) }
            slots[start + slot] = key
        }
        entries.append(Entry(form: .exact, start: UInt32(start), extent: UInt32(size - 1)))
    }

    /// `blocks` are sorted and disjoint; blocks that touch become one range.
    private mutating func appendRanges(_ blocks: [IPPrefix]) {
        let start = firsts.count
        for block in blocks {
            if firsts.count > start, lasts[lasts.count - 1] &+ 1 == number(block.first) {
                lasts[lasts.count - 1] = number(block.last)
            } else {
                firsts.append(number(block.first))
                lasts.append(number(block.last))
            }
        }
        entries.append(Entry(form: .ranges, start: UInt32(start), extent: UInt32(firsts.count - start)))
    }

    @inline(__always) func number(_ address: IPAddress) -> Key.Address {
        Key.Address(truncatingIfNeeded: address.bits)
    }
}

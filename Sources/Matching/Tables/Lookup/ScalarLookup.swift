import CVector

/// The look-up in plain Swift, always there: what the wide loops of CVector are compared with.
///
/// Pointers, since it reads tables that were checked when they were made: arrays cost 1.1 to 1.2 times as much in this
/// loop (measured on another machine, with bounds checks).
extension dp_hash {
    @inline(__always) fileprivate func slot(_ a: UInt32, _ b: UInt32) -> Int {
        let group = unsafe Int((a &* group_a &+ b &* group_b) >> group_shift)
        let hash = unsafe (a &* slot_a &+ b &* slot_b) ^ UInt32(displacements[group])
        return unsafe Int((UInt64(hash &* spread) &* UInt64(slot_count)) >> 32)
    }
}

extension dp_tables {
    /// Number of the record of an IPv4 address.
    @inline(__always) func recordNumber(_ address: UInt32) -> UInt32 {
        let slot = unsafe addresses.slot(address, 0)
        if unsafe records[slot].address == address { return UInt32(truncatingIfNeeded: slot) }
        let single = unsafe single_slots[singles.slot(address, 0)]
        if single.address == address { return single.record }
        var entry = unsafe trie[Int(address >> 16)]
        if entry & PrefixTrie.leaf == 0 { entry = unsafe trie[Int(entry) + Int(address >> 8 & 255)] }
        if entry & PrefixTrie.leaf == 0 { entry = unsafe trie[Int(entry) + Int(address & 255)] }
        return entry & ~PrefixTrie.leaf
    }

    /// The class of a service, perhaps with `DP_FREQUENT`.
    @inline(__always) func serviceClass(_ service: UInt32) -> UInt32 {
        let page = unsafe service_pages[Int(min(service >> 8, DP_LAST_PAGE))]
        return UInt32(unsafe service_classes[Int(page << 8 | service & 255)])
    }

    /// What one program makes of a peer and a service.
    @inline(__always) func entry(_ program: UInt32, _ peer: UInt32, _ service: UInt32) -> UInt32 {
        let number = service & ~DP_FREQUENT
        let line = unsafe UnsafeRawPointer(programs + Int(program)).assumingMemoryBound(to: UInt32.self)
        let key = unsafe peer << service_bits | number
        for place in 0..<ProgramLine.pairLimit where unsafe line[place] == key {
            return unsafe line[ProgramLine.firstEntry + place]
        }
        let common = unsafe line[ProgramLine.row]
        let row: UInt32
        if common & ProgramLine.hasCells != 0, let cell = unsafe cell(program, peer) {
            row = unsafe UInt32(truncatingIfNeeded: cell.key & (1 << UInt64(row_bits) - 1))
            if row == DP_CELL_DIRECT { return cell.first }
            if row == 0 {
                if unsafe cell.first >> entry_bits == number { return unsafe cell.first & (1 << entry_bits - 1) }
                if unsafe cell.second >> entry_bits == number { return unsafe cell.second & (1 << entry_bits - 1) }
            }
        } else {
            row = unsafe matrix[Int(program * columns + peer >> column_shift)]
            if row & RowLayout.direct != 0 { return row & ~RowLayout.direct }
        }
        if row != 0 {
            if let entry = unsafe exception(row, number) { return entry }
            if row & 1 == 1 { return unsafe rows[Int(row >> 1)].entry }
        }
        // Only a few services are exceptions to a program's common row.
        let own = common & ~ProgramLine.hasCells
        if service & DP_FREQUENT != 0, own != 0, let entry = unsafe exception(own, number) { return entry }
        return unsafe line[ProgramLine.entry]
    }

    /// What a row says of one service in particular.
    @inline(__always) private func exception(_ row: UInt32, _ service: UInt32) -> UInt32? {
        let slot = unsafe rows[Int(row >> 1 + service)]
        return slot.start == row >> 1 ? slot.entry : nil
    }

    /// The cell of a pair; `nil` where there is none.
    @inline(__always) private func cell(_ program: UInt32, _ peer: UInt32) -> dp_cell? {
        let first = unsafe program &* cells.group_a &+ peer &* cells.group_b
        let second = unsafe program &* cells.slot_a &+ peer &* cells.slot_b
        let bits: UInt32 = 1 << (second >> 27) | 1 << (second >> 22 & 31)
        guard unsafe filter[Int(first >> filter_shift)] & bits == bits else { return nil }
        let cell = unsafe cell_slots[cells.slot(program, peer)]
        let key = unsafe UInt64(program) << UInt64(peer_bits) | UInt64(peer)
        return unsafe cell.key >> UInt64(row_bits) == key ? cell : nil
    }

    /// The entries of both ends.
    ///
    /// - Parameter service: a class.
    @inline(__always) func entries(
        source: UInt32, destination: UInt32, service: UInt32
    ) -> (egress: UInt32, ingress: UInt32) {
        let from = unsafe records[Int(source)]
        let to = unsafe records[Int(destination)]
        // Who stands for the destination decides whether tables answer at all; the source's program says so itself.
        guard service != DP_NO_SERVICE, to.ingress != DP_EVALUATE else { return (0, 0) }
        let egress = unsafe entry(from.egress, to.peer, service)
        guard egress & 3 != 0 else { return (0, 0) }
        guard egress & 1 == 1 else { return (egress, TableEntry.notAsked.raw) }
        let ingress = unsafe entry(to.ingress, from.peer, service)
        let isSettled = ingress & 3 != 0 && egress & ingress & 3 != 3
        return isSettled ? (egress, ingress) : (0, 0)
    }
}

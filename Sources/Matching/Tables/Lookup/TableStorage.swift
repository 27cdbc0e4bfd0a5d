import CVector

/// One piece of memory with the tables of a family, as the loops read them; immutable, freed with its last user.
///
/// Everything is aligned to a cache line, and the whole to a large page: look-ups are random, and 4 KiB pages would cost
/// a page walk each beyond 8 MB.
@safe final class TableStorage: @unchecked Sendable {
    let byteCount: Int
    /// Whether a `VerdictCache` can hold every entry.
    let fitsInCache: Bool
    private let memory: UnsafeMutableRawPointer
    /// Points into `memory`.
    private let pointers: dp_tables

    /// For IPv4.
    convenience init(_ parts: TableParts, _ addresses: AddressIndex4) {
        self.init(parts, records: addresses.records, addresses)
    }

    /// For IPv6, whose addresses are looked up elsewhere.
    convenience init(_ parts: TableParts, _ addresses: AddressIndex6) {
        self.init(parts, records: addresses.records, nil)
    }

    private init(_ parts: TableParts, records: [AddressRecord], _ addresses: AddressIndex4?) {
        precondition(
            MemoryLayout<AddressRecord>.stride == MemoryLayout<dp_record>.stride
                && MemoryLayout<AddressIndex4.Single>.stride == MemoryLayout<dp_single>.stride
                && ProgramLine.words * MemoryLayout<UInt32>.stride == MemoryLayout<dp_program>.stride
                && MemoryLayout<TableParts.Cell>.stride == MemoryLayout<dp_cell>.stride
                && MemoryLayout<RowLayout.Slot>.stride == MemoryLayout<dp_row_slot>.stride, "layouts differ")
        fitsInCache = parts.fitsInCache
        var arena = Arena()
        let displacements = arena.reserve(addresses?.own.displacements ?? [], padding: 1)
        let recordPlace = arena.reserve(records)
        let singleDisplacements = arena.reserve(addresses?.singles.displacements ?? [], padding: 1)
        let singles = arena.reserve(addresses?.singleSlots ?? [])
        let triePlace = arena.reserve(addresses?.trie.entries ?? [])
        let pages = arena.reserve(parts.services.pageOf)
        let classes = arena.reserve(parts.servicePages, padding: 1)
        let programs = arena.reserve(parts.programs)
        let matrix = arena.reserve(parts.matrix)
        let filter = arena.reserve(parts.filter.words)
        let cellDisplacements = arena.reserve(parts.cellHash.displacements, padding: 1)
        let cells = arena.reserve(parts.cells)
        let rows = arena.reserve(parts.rows.slots)
        // Whole large pages, lest the tables' end be on small ones; small tables need none.
        let page = 2 << 20
        byteCount = arena.byteCount <= page / 4 ? arena.byteCount : (arena.byteCount + page - 1) & ~(page - 1)
        unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: page)
        unsafe dp_advise_large_pages(memory, byteCount)
        var tables = unsafe dp_tables()
        unsafe tables.addresses = dp_hash(addresses?.own, displacements.copied(to: memory))
        unsafe tables.records = recordPlace.copied(to: memory).assumingMemoryBound(to: dp_record.self)
        unsafe tables.singles = dp_hash(addresses?.singles, singleDisplacements.copied(to: memory))
        unsafe tables.single_slots = singles.copied(to: memory).assumingMemoryBound(to: dp_single.self)
        unsafe tables.trie = triePlace.copied(to: memory).assumingMemoryBound(to: UInt32.self)
        unsafe tables.service_pages = pages.copied(to: memory).assumingMemoryBound(to: UInt32.self)
        unsafe tables.service_classes = classes.copied(to: memory).assumingMemoryBound(to: UInt16.self)
        unsafe tables.programs = programs.copied(to: memory).assumingMemoryBound(to: dp_program.self)
        unsafe tables.service_bits = parts.serviceBits
        unsafe tables.matrix = matrix.copied(to: memory).assumingMemoryBound(to: UInt32.self)
        unsafe tables.columns = parts.columns.count
        unsafe tables.column_shift = parts.columns.shift
        unsafe tables.filter = filter.copied(to: memory).assumingMemoryBound(to: UInt32.self)
        unsafe tables.filter_shift = parts.filter.shift
        unsafe tables.cells = dp_hash(parts.cellHash, cellDisplacements.copied(to: memory))
        unsafe tables.cell_slots = cells.copied(to: memory).assumingMemoryBound(to: dp_cell.self)
        unsafe tables.rows = rows.copied(to: memory).assumingMemoryBound(to: dp_row_slot.self)
        unsafe tables.peer_bits = parts.peerBits
        unsafe tables.row_bits = parts.rowBits
        unsafe tables.entry_bits = parts.entryBits
        unsafe tables.has_cells = parts.cellCount > 0 ? 1 : 0
        unsafe pointers = tables
    }

    deinit { unsafe memory.deallocate() }

    /// Calls `body` with the tables, which live as long as the call.
    @inline(__always) func withTables<Result>(_ body: (borrowing dp_tables) -> Result) -> Result {
        defer { withExtendedLifetime(self) {} }
        return unsafe body(pointers)
    }
}

/// Places for arrays in one piece of memory.
private struct Arena {
    private(set) var byteCount = 0

    /// - Parameter padding: elements behind the last that may be read, though nothing is made of them.
    mutating func reserve<Element: BitwiseCopyable>(_ array: [Element], padding: Int = 0) -> Place<Element> {
        defer { byteCount += ((array.count + padding) * MemoryLayout<Element>.stride + 63) & ~63 }
        return Place(array: array, offset: byteCount)
    }

    struct Place<Element: BitwiseCopyable> {
        var array: [Element]
        var offset: Int

        func copied(to memory: UnsafeMutableRawPointer) -> UnsafeRawPointer {
            let start = unsafe memory + offset
            unsafe array.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { unsafe start.copyMemory(from: base, byteCount: bytes.count) }
            }
            return UnsafeRawPointer(start)
        }
    }
}

extension dp_hash {
    fileprivate init(_ hash: PerfectHash?, _ displacements: UnsafeRawPointer) {
        unsafe self.init()
        unsafe self.displacements = displacements.assumingMemoryBound(to: UInt16.self)
        guard let hash else { return }
        unsafe group_a = hash.constants.groupA
        unsafe group_b = hash.constants.groupB
        unsafe group_shift = hash.groupShift
        unsafe slot_a = hash.constants.slotA
        unsafe slot_b = hash.constants.slotB
        unsafe spread = hash.constants.spread
        unsafe slot_count = UInt32(truncatingIfNeeded: hash.slotCount)
    }
}

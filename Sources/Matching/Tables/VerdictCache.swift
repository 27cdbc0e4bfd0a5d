import CVector

/// Answers of decision tables, for packets that come again: whoever classifies a trace in which a few flows have most of
/// the packets, and keeps no connections that would know them, puts one before the tables.
///
/// An answer is found by both addresses and the class of the service, all compared, so it is exactly what the tables
/// say. Each key has one slot of 16 bytes, where the last that came stands. Where a quarter of the packets is not known,
/// three windows of 65,536 in a row, it is left out for 64 windows, then asked for one: random traffic costs one or two
/// percent more than without.
///
/// It belongs to the tables that made it, in every instruction set; others ignore it. Not for several threads at once.
@safe public final class VerdictCache: @unchecked Sendable {
    private let owner: TableStorage
    private let slots: UnsafeMutablePointer<dp_cached>
    private var cache: dp_cache

    /// 2^17 slots: 2 MB, as much as a core's own caches hold.
    private static let bits = 17

    init(_ owner: TableStorage) {
        self.owner = owner
        let bytes = (1 << VerdictCache.bits) * MemoryLayout<dp_cached>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 2 << 20)
        unsafe dp_advise_large_pages(memory, bytes)
        unsafe slots = memory.initializeMemory(
            as: dp_cached.self, repeating: dp_cached(), count: 1 << VerdictCache.bits)
        unsafe cache = dp_cache()
        unsafe cache.slots = slots
        unsafe cache.shift = UInt32(32 - VerdictCache.bits)
    }

    deinit { unsafe UnsafeMutableRawPointer(slots).deallocate() }

    /// Its state, if it is these tables'.
    @inline(__always) func withState(_ owner: TableStorage, _ body: (UnsafeMutablePointer<dp_cache>?) -> Void) {
        guard self.owner === owner else { return body(nil) }
        unsafe withUnsafeMutablePointer(to: &cache) { unsafe body($0) }
    }
}

/// The walk over the records of a pcap file (seconds 4, fraction 4, captured length 4, original length 4, bytes).
///
/// Whatever is not quite as it should be ends the walk: libpcap goes on from there and says what it makes of it.
struct PcapWalk: Sendable {
    static let headerLength = 16

    let isSwapped: Bool
    /// Nanoseconds of one unit of the fraction.
    let fractionUnit: Int64
    /// Fractions of one second.
    let fractionLimit: UInt32
    /// Longest frame that the file header promises.
    let snapshotLength: UInt32

    init(isSwapped: Bool, isNanoseconds: Bool, snapshotLength: Int) {
        self.isSwapped = isSwapped
        fractionUnit = isNanoseconds ? 1 : 1000
        fractionLimit = isNanoseconds ? 1_000_000_000 : 1_000_000
        self.snapshotLength = UInt32(clamping: snapshotLength)
    }

    /// Enters the complete records from `start` on into the chunk.
    ///
    /// - Parameter number: of the first one, in the file.
    /// - Returns: the offset behind the last one, and whether the record there is one for libpcap.
    @inline(__always) func walk(_ chunk: TraceChunk, from start: Int, number: Int) -> (end: Int, isOdd: Bool) {
        isSwapped ? walk(chunk, start, number) { $0.byteSwapped } : walk(chunk, start, number) { $0 }
    }

    @inline(__always) private func walk(
        _ chunk: TraceChunk, _ start: Int, _ number: Int, _ native: (UInt32) -> UInt32
    ) -> (end: Int, isOdd: Bool) {
        var position = start
        var count = chunk.count
        let size = chunk.size
        defer { chunk.count = count }
        while count < chunk.frameCapacity, position + Self.headerLength <= size {
            let header = unsafe UnsafeRawPointer(chunk.bytes + position)
            let seconds = native(unsafe header.loadUnaligned(as: UInt32.self))
            let fraction = native(unsafe header.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            let captured = native(unsafe header.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
            let original = native(unsafe header.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
            guard captured <= snapshotLength, fraction < fractionLimit, original <= Int32.max else {
                return (position, true)
            }
            let next = position + Self.headerLength + Int(captured)
            guard next <= size else { break }
            unsafe chunk.frames[count] = TraceChunk.Frame(
                timestamp: Int64(seconds) * 1_000_000_000 + Int64(fraction) * fractionUnit,
                number: number + count, offset: UInt32(truncatingIfNeeded: position + Self.headerLength),
                capturedLength: captured,
                originalLength: original, interface: 0)
            count += 1
            position = next
        }
        return (position, false)
    }
}

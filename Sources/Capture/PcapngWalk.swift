/// The walk over the blocks of a pcapng file: type 4, length 4, body, length 4.
///
/// Knows one section in one byte order, whose interfaces all have the first one's link type and snapshot length, and
/// packets in enhanced or simple packet blocks. Whatever else there is ends the walk: libpcap goes on from there and
/// says what it makes of it.
struct PcapngWalk: Sendable {
    private struct Interface: Sendable {
        /// Units of a second, a power of ten.
        var resolution: UInt64
        /// Nanoseconds of one unit.
        var unit: UInt64
    }

    private static let sectionHeader: UInt32 = 0x0a0d_0d0a
    /// libpcap's limit.
    private static let largestBlock: UInt32 = 16 << 20

    let isSwapped: Bool
    let snapshotLength: UInt32
    private var linkType: UInt16?
    private var interfaces: [Interface] = []
    /// By number; empty where the file has none.
    private(set) var interfaceNames: [String] = []
    private var isInSection = false
    private var firstNumber = 1

    init(isSwapped: Bool, snapshotLength: Int) {
        self.isSwapped = isSwapped
        self.snapshotLength = UInt32(clamping: snapshotLength)
    }

    /// Enters the packets of the complete blocks from `start` on into the chunk.
    ///
    /// - Parameter number: of the first one, in the file.
    /// - Returns: the offset behind the last block, and whether the block there is one for libpcap.
    mutating func walk(_ chunk: TraceChunk, from start: Int, number: Int) -> (end: Int, isOdd: Bool) {
        var position = start
        firstNumber = number
        while chunk.count < chunk.frameCapacity, position + 12 <= chunk.size {
            let length = word(chunk, position + 4)
            guard length >= 12, length % 4 == 0, length <= Self.largestBlock else { return (position, true) }
            let next = position + Int(length)
            guard next <= chunk.size else { break }
            guard word(chunk, next - 4) == length, take(chunk, position, Int(length)) else { return (position, true) }
            position = next
        }
        return (position, false)
    }

    /// One block. False where libpcap has to read it.
    private mutating func take(_ chunk: TraceChunk, _ start: Int, _ length: Int) -> Bool {
        switch word(chunk, start) {
        case Self.sectionHeader:
            guard !isInSection, length >= 28 else { return false }
            isInSection = true
            return word(chunk, start + 8) == 0x1a2b_3c4d && half(chunk, start + 12) == 1 && half(chunk, start + 14) == 0
        case 1: return takeInterface(chunk, start, length)
        case 3: return takeSimple(chunk, start, length)
        case 6: return takeEnhanced(chunk, start, length)
        case 2: return false
        default: return isInSection
        }
    }

    /// Link type 2, reserved 2, snapshot length 4, options.
    private mutating func takeInterface(_ chunk: TraceChunk, _ start: Int, _ length: Int) -> Bool {
        guard isInSection, length >= 20 else { return false }
        // No limit, or one beyond all reason, is libpcap's own.
        let limit = word(chunk, start + 12)
        guard (limit == 0 || limit > Int32.max ? 262_144 : limit) == snapshotLength else { return false }
        let type = half(chunk, start + 8)
        guard linkType == nil || linkType == type else { return false }
        linkType = type
        var exponent = 6
        var name = ""
        var option = start + 16
        let end = start + length - 4
        while option + 4 <= end {
            let code = half(chunk, option)
            let size = Int(half(chunk, option + 2))
            guard option + 4 + size <= end else { return false }
            switch code {
            case 0: option = end
            case 2: name = text(chunk, option + 4, size)
            case 9:
                // Powers of two, and finer ones of ten, are libpcap's.
                guard size == 1 else { return false }
                exponent = Int(byte(chunk, option + 4))
                guard exponent <= 9 else { return false }
            case 14: return false
            default: break
            }
            option += 4 + (size + 3) & ~3
        }
        var resolution: UInt64 = 1
        for _ in 0..<exponent { resolution *= 10 }
        interfaces.append(Interface(resolution: resolution, unit: 1_000_000_000 / resolution))
        interfaceNames.append(name)
        return true
    }

    /// Interface 4, time 8 (upper half first), captured length 4, original length 4, bytes, options.
    private func takeEnhanced(_ chunk: TraceChunk, _ start: Int, _ length: Int) -> Bool {
        guard length >= 32 else { return false }
        let number = word(chunk, start + 8)
        guard number < UInt32(clamping: interfaces.count) else { return false }
        let captured = word(chunk, start + 20)
        let original = word(chunk, start + 24)
        guard captured <= snapshotLength, original <= Int32.max, 28 + (Int(captured) + 3) & ~3 + 4 <= length else {
            return false
        }
        let time = UInt64(word(chunk, start + 12)) << 32 | UInt64(word(chunk, start + 16))
        let interface = interfaces[Int(number)]
        let (seconds, fraction) = time.quotientAndRemainder(dividingBy: interface.resolution)
        guard seconds <= UInt32.max else { return false }
        add(
            chunk, start + 28, captured, original, interface: number,
            timestamp: Int64(seconds) * 1_000_000_000 + Int64(fraction * interface.unit))
        return true
    }

    /// Original length 4, bytes; of the first interface, without time.
    private func takeSimple(_ chunk: TraceChunk, _ start: Int, _ length: Int) -> Bool {
        guard length >= 16, !interfaces.isEmpty else { return false }
        let original = word(chunk, start + 8)
        let captured = min(original, snapshotLength)
        guard original <= Int32.max, snapshotLength > 0, 12 + (Int(captured) + 3) & ~3 + 4 == length else {
            return false
        }
        add(chunk, start + 12, captured, original, interface: 0, timestamp: 0)
        return true
    }

    private func add(
        _ chunk: TraceChunk, _ offset: Int, _ captured: UInt32, _ original: UInt32, interface: UInt32,
        timestamp: Int64
    ) {
        unsafe chunk.frames[chunk.count] = TraceChunk.Frame(
            timestamp: timestamp, number: firstNumber + chunk.count, offset: UInt32(truncatingIfNeeded: offset),
            capturedLength: captured, originalLength: original, interface: interface)
        chunk.count += 1
    }

    // MARK: Numbers of the file. The caller has checked the bounds.

    private func word(_ chunk: TraceChunk, _ offset: Int) -> UInt32 {
        let raw = unsafe UnsafeRawPointer(chunk.bytes).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return isSwapped ? raw.byteSwapped : raw
    }

    private func half(_ chunk: TraceChunk, _ offset: Int) -> UInt16 {
        let raw = unsafe UnsafeRawPointer(chunk.bytes).loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return isSwapped ? raw.byteSwapped : raw
    }

    private func byte(_ chunk: TraceChunk, _ offset: Int) -> UInt8 { unsafe chunk.bytes[offset] }

    private func text(_ chunk: TraceChunk, _ offset: Int, _ size: Int) -> String {
        let bytes = (0..<size).map { byte(chunk, offset + $0) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

import Glibc

/// The frames of a capture in chunks: records of plain pcap and pcapng files by our own walk, all else by libpcap.
///
/// libpcap opens every capture, says what is wrong with its header, and takes over at the first record that is not as
/// it should be, so that the frames, the end and its message are libpcap's own in every case.
///
///     var reader = try TraceReader(path: "trace.pcap")
///     let chunk = TraceChunk()
///     while reader.read(chunk) { … }
///     if case .truncated(let message)? = reader.end { … }
@safe public struct TraceReader: ~Copyable {
    private enum Walk: Sendable {
        case pcap(PcapWalk)
        case pcapng(PcapngWalk)
    }

    private var library: CaptureReader
    /// `nil`: libpcap reads.
    private var walk: Walk?
    /// Where in the file the next record starts.
    private var offset = 0
    /// Frames that were read without libpcap, which it has to pass over before it goes on.
    private var framesWalked = 0
    private var hasEnded = false
    /// A frame that libpcap lent while the chunk was full.
    private var rest: (frame: CapturedFrame, bytes: [UInt8])?

    /// Opens `path` (`-`: standard input) and compiles `filter`, a pcap-filter(7) expression, if there is one.
    ///
    /// - Parameter byLibrary: libpcap reads whatever the format.
    public init(path: String, filter: String? = nil, byLibrary: Bool = false) throws(CaptureError) {
        let reader = try CaptureReader(path: path, filter: filter)
        if filter == nil, !byLibrary, let descriptor = reader.descriptor, TraceReader.isWalked(reader.linkType) {
            var header = [UInt8](repeating: 0, count: CaptureFormat.pcapHeaderLength)
            let count = unsafe pread(descriptor, &header, header.count, 0)
            let limit = reader.snapshotLength
            switch CaptureFormat(header: Array(header.prefix(max(0, count)))) {
            case .pcap(let isSwapped, let isNanoseconds):
                walk = .pcap(PcapWalk(isSwapped: isSwapped, isNanoseconds: isNanoseconds, snapshotLength: limit))
                offset = CaptureFormat.pcapHeaderLength
            case .pcapng(let isSwapped):
                walk = .pcapng(PcapngWalk(isSwapped: isSwapped, snapshotLength: limit))
            case nil:
                break
            }
        }
        library = reader
    }

    /// Whether libpcap hands out the frames of a link type as they are in the file: it mends USB and CAN headers, and
    /// has its own idea of some that are seldom.
    private static func isWalked(_ linkType: CaptureLinkType) -> Bool {
        // Ethernet, loopback, raw IP and its two families, Linux cooked.
        [0, 1, 12, 14, 101, 108, 113, 228, 229, 276].contains(linkType.number)
    }

    public var path: String { library.path }
    public var linkType: CaptureLinkType { library.linkType }
    /// Frames handed out so far, those that the filter rejected included.
    public var framesRead: Int { max(framesWalked, library.framesRead) }
    public var framesFiltered: Int { library.framesFiltered }
    /// `nil` while frames may follow.
    public var end: CaptureEnd? { hasEnded ? (walk == nil ? library.end : .complete) : nil }
    /// Whether the records are read without libpcap.
    public var walksItself: Bool { walk != nil }
    /// The names of a pcapng file's interfaces, by number, as far as they were met; empty where they have none.
    public var interfaceNames: [String] {
        guard case .pcapng(let walk)? = walk else { return [] }
        return walk.interfaceNames
    }

    /// Where in its file the reader is; `nil` when the input is no regular file.
    public var progress: CaptureProgress? {
        guard walk != nil, let size = library.size else { return library.progress }
        return CaptureProgress(bytesRead: min(offset, size), totalBytes: size)
    }

    /// Reads parts of the file ahead, for chunks that are filled later, each by any thread; `nil` where that is no help.
    public var blocks: TraceBlocks? {
        guard walk != nil, let descriptor = library.descriptor else { return nil }
        return TraceBlocks(descriptor: descriptor, start: offset)
    }

    /// Fills the chunk with the next frames. False when there are none, and then `end` says why.
    public mutating func read(_ chunk: TraceChunk, limit: Int = .max) -> Bool {
        chunk.count = 0
        guard !hasEnded, limit > 0 else {
            chunk.clear()
            return false
        }
        if walk != nil, readRecords(chunk) {
            if chunk.count > limit { chunk.count = limit }
            framesWalked += chunk.count
            if chunk.count > 0 { return true }
            hasEnded = true
            return false
        }
        return readByLibrary(chunk, limit: limit)
    }

    /// False where libpcap has to go on.
    private mutating func readRecords(_ chunk: TraceChunk) -> Bool {
        while true {
            guard let descriptor = library.descriptor else { return false }
            // Less than the chunk holds at the end of the file alone.
            chunk.fill(descriptor, from: offset)
            let end: (end: Int, isOdd: Bool)
            switch walk {
            case .pcap(let records): end = records.walk(chunk, from: 0, number: framesWalked + 1)
            case .pcapng(var blocks):
                end = blocks.walk(chunk, from: 0, number: framesWalked + 1)
                walk = .pcapng(blocks)
            case nil: return false
            }
            offset += end.end
            if chunk.count > 0 || chunk.size == 0 { return true }
            // Blocks without packets are passed over. Where there are none, a record is odd, cut off, or longer than a
            // chunk.
            guard end.end > 0, !end.isOdd else {
                walk = nil
                return false
            }
        }
    }

    private mutating func readByLibrary(_ chunk: TraceChunk, limit: Int) -> Bool {
        chunk.clear()
        while library.framesRead < framesWalked {
            guard library.nextFrame({ _, _ in true }) != nil else { break }
        }
        if let rest {
            self.rest = nil
            // A frame longer than a chunk is none that libpcap lends.
            guard chunk.add(rest.frame, rest.bytes.span) else { return false }
        }
        while chunk.count < limit, chunk.count < chunk.frameCapacity {
            guard let lent = unsafe library.lendFrame() else {
                hasEnded = true
                break
            }
            guard unsafe chunk.add(lent.frame, lent.bytes.span) else {
                rest = unsafe (lent.frame, Array(lent.bytes))
                break
            }
        }
        return chunk.count > 0
    }
}

extension TraceChunk {
    /// Copies a frame in; false where there is no room.
    func add(_ frame: CapturedFrame, _ data: Span<UInt8>) -> Bool {
        guard count < frameCapacity, size + data.count <= capacity else { return false }
        unsafe data.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (bytes + size).update(from: start, count: source.count)
        }
        unsafe frames[count] = Frame(
            timestamp: frame.timestamp, number: frame.number, offset: UInt32(truncatingIfNeeded: size),
            capturedLength: UInt32(truncatingIfNeeded: frame.capturedLength),
            originalLength: UInt32(truncatingIfNeeded: frame.originalLength), interface: 0)
        count += 1
        size += data.count
        return true
    }
}

/// What comes next in a file, in blocks of a chunk's capacity: good while its reader is there.
public struct TraceBlocks: Sendable {
    let descriptor: Int32
    let start: Int

    /// Reads a block into the chunk, so that `TraceReader.read` finds most of its bytes there.
    public func read(_ number: Int, into chunk: TraceChunk) {
        chunk.readBlock(descriptor, at: start + number * chunk.capacity)
    }
}

import Glibc

/// Frames of a capture that were read at one go: where the bytes of each are, and what the capture says of it. Owns its
/// memory and is used again for the next chunk.
///
/// The unsafe code of this file: bytes and descriptors are two blocks of memory that `deinit` frees; an index that is
/// out of range traps.
@safe public final class TraceChunk: @unchecked Sendable {
    /// What a capture says of one frame, and where its bytes start in the chunk.
    @frozen public struct Frame: BitwiseCopyable, Sendable {
        /// Nanoseconds since 1970-01-01 UTC.
        public var timestamp: Int64
        /// Position in the file, from 1; frames that a filter rejects are counted.
        public var number: Int
        public var offset: UInt32
        public var capturedLength: UInt32
        public var originalLength: UInt32
        /// pcapng's number of the interface in its section; 0 in pcap.
        public var interface: UInt32

        @inlinable public init(
            timestamp: Int64, number: Int, offset: UInt32, capturedLength: UInt32, originalLength: UInt32,
            interface: UInt32
        ) {
            self.timestamp = timestamp
            self.number = number
            self.offset = offset
            self.capturedLength = capturedLength
            self.originalLength = originalLength
            self.interface = interface
        }
    }

    /// Frames.
    public internal(set) var count = 0
    /// Bytes of the file, or of its frames alone, in `bytes`.
    var size = 0

    let capacity: Int
    public let frameCapacity: Int
    /// Room for a block of `capacity`, and before it for the start of a record whose end is in the block.
    private let storage: UnsafeMutablePointer<UInt8>
    /// Bytes of that start.
    private var lead = 0
    var bytes: UnsafeMutablePointer<UInt8> { unsafe storage + (Self.headroom - lead) }
    let frames: UnsafeMutablePointer<Frame>

    /// A part of the file that was read before anybody knew where its first record starts.
    private var block: (offset: Int, size: Int)?
    private static let headroom = 1 << 16

    /// - Parameters:
    ///   - capacity: bytes; a longer record is libpcap's.
    ///   - frameCapacity: frames.
    public init(capacity: Int = 1 << 18, frameCapacity: Int = 4096) {
        self.capacity = capacity
        self.frameCapacity = frameCapacity
        unsafe storage = .allocate(capacity: Self.headroom + capacity)
        unsafe frames = .allocate(capacity: frameCapacity)
    }

    deinit {
        unsafe storage.deallocate()
        unsafe frames.deallocate()
    }

    /// Room for a whole chunk that starts at a record.
    func clear() {
        (count, size, lead) = (0, 0, 0)
    }

    /// Fills the room for a block with what is in the file from `offset` on.
    func readBlock(_ descriptor: Int32, at offset: Int) {
        clear()
        block = (offset, unsafe read(descriptor, bytes, capacity, at: offset))
    }

    /// Makes the block the chunk's bytes, from the record on that starts at `offset`. False: that can't be told from it.
    func takeBlock(_ descriptor: Int32, from offset: Int) -> Bool {
        defer { block = nil }
        guard let block, (0...Self.headroom).contains(block.offset - offset) else { return false }
        lead = block.offset - offset
        size = lead + block.size
        return unsafe read(descriptor, bytes, lead, at: offset) == lead
    }

    /// As many bytes of a file as there are, `count` at most.
    private func read(_ descriptor: Int32, _ start: UnsafeMutablePointer<UInt8>, _ count: Int, at offset: Int) -> Int {
        var done = 0
        while done < count {
            let more = unsafe pread(descriptor, start + done, count - done, off_t(offset + done))
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { break }
            done += more
        }
        return done
    }

    /// Fills the chunk from the record on that starts at `offset`.
    func fill(_ descriptor: Int32, from offset: Int) {
        if takeBlock(descriptor, from: offset) { return }
        clear()
        size = unsafe read(descriptor, bytes, capacity, at: offset)
    }

    public subscript(index: Int) -> Frame {
        precondition(index >= 0 && index < count, "no such frame")
        return unsafe frames[index]
    }

    /// The captured bytes of a frame.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        of index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let frame = self[index]
        let start = unsafe bytes + Int(frame.offset)
        return try unsafe body(UnsafeBufferPointer(start: start, count: Int(frame.capturedLength)).span)
    }

    /// All frames at once: the bytes that their offsets count in, and the frames.
    public func withFrames<Result>(_ body: (Span<UInt8>, Span<Frame>) -> Result) -> Result {
        unsafe body(
            UnsafeBufferPointer(start: UnsafePointer(bytes), count: size).span,
            UnsafeBufferPointer(start: UnsafePointer(frames), count: count).span)
    }
}

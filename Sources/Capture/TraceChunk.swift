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
    let bytes: UnsafeMutablePointer<UInt8>
    let frames: UnsafeMutablePointer<Frame>

    /// - Parameters:
    ///   - capacity: bytes; a longer record is libpcap's.
    ///   - frameCapacity: frames.
    public init(capacity: Int = 1 << 18, frameCapacity: Int = 4096) {
        self.capacity = capacity
        self.frameCapacity = frameCapacity
        unsafe bytes = .allocate(capacity: capacity)
        unsafe frames = .allocate(capacity: frameCapacity)
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe frames.deallocate()
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

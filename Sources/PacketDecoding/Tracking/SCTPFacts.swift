/// What an SCTP packet says to connection tracking (RFC 9260; nf_conntrack_proto_sctp.c).
public struct SCTPFacts: Hashable, Sendable {
    public var verificationTag: UInt32
    public var firstChunk: UInt8
    /// Types of all chunks.
    public var chunks: ChunkSet
    /// Of an INIT or INIT-ACK chunk, the tag that the other side must use from then on.
    public var initiateTag: UInt32?

    /// A set of chunk types. The kernel's table goes up to 14; everything above is `.other`.
    public struct ChunkSet: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        public init(type: UInt8) { rawValue = 1 << UInt16(min(type, 15)) }

        public static let data = ChunkSet(type: 0)
        public static let initiate = ChunkSet(type: 1)
        public static let initiateAck = ChunkSet(type: 2)
        public static let heartbeat = ChunkSet(type: 4)
        public static let heartbeatAck = ChunkSet(type: 5)
        public static let abort = ChunkSet(type: 6)
        public static let shutdown = ChunkSet(type: 7)
        public static let shutdownAck = ChunkSet(type: 8)
        public static let error = ChunkSet(type: 9)
        public static let cookieEcho = ChunkSet(type: 10)
        public static let cookieAck = ChunkSet(type: 11)
        public static let shutdownComplete = ChunkSet(type: 14)
        public static let other = ChunkSet(type: 15)

        /// Chunks that leave the state "none", in the kernel's table for the opener.
        static let startingState: ChunkSet = [
            .initiate, .initiateAck, .heartbeat, .heartbeatAck, .shutdown, .shutdownAck, .error, .cookieEcho,
        ]
        /// Chunks in whose company the verification tag is not compared with the (still zero) one of the entry.
        static let tagCheckedElsewhere: ChunkSet = [
            .initiate, .cookieEcho, .abort, .shutdownAck, .heartbeat, .heartbeatAck,
        ]
        /// INIT, INIT-ACK and SHUTDOWN-COMPLETE must be alone in their packet.
        static let solitary: ChunkSet = [.initiate, .initiateAck, .shutdownComplete]
        /// COOKIE-ECHO and COOKIE-ACK must come first.
        static let leading: ChunkSet = [.cookieEcho, .cookieAck]
    }

    /// Whether connection tracking takes the packet for new when it knows no entry (`sctp_new` and the tag checks of
    /// `nf_conntrack_sctp_packet`). Besides INIT with tag 0 that are a few stray chunks of associations that were there
    /// before tracking began, such as HEARTBEAT.
    public var startsEntry: Bool {
        guard chunks.isSubset(of: .startingState) else { return false }
        if !chunks.isDisjoint(with: [.initiate, .initiateAck]) { return verificationTag == 0 && initiateTag != nil }
        if chunks.contains(.cookieEcho) { return verificationTag == 0 || chunks.contains(.heartbeat) }
        return verificationTag == 0 || !chunks.isDisjoint(with: .tagCheckedElsewhere)
    }

    /// Walks the chunks as `do_basic_checks` does. A rest of less than four bytes behind the last chunk is ignored.
    static func read(
        in bytes: Span<UInt8>, at start: Int, packetEnd: Int, capturedEnd: Int
    ) -> Result<SCTPFacts, LookFailure> {
        var facts: SCTPFacts?
        var position = start + 12
        var mustBeAlone = false
        while position + 4 <= packetEnd {
            guard position + 4 <= capturedEnd else { return .failure(.cut) }
            let type = bytes[position]
            let chunk = ChunkSet(type: type)
            let length = Int(bytes.uint16(at: position + 2))
            if !chunk.isDisjoint(with: .solitary) { mustBeAlone = true }
            let mustLead = mustBeAlone || !chunk.isDisjoint(with: .leading)
            guard length > 0, facts == nil || !mustLead else { return .failure(.malformed) }
            if facts == nil {
                var tag: UInt32?
                if chunk == .initiate || chunk == .initiateAck, position + 20 <= packetEnd {
                    guard position + 8 <= capturedEnd else { return .failure(.cut) }
                    tag = bytes.uint32(at: position + 4)
                }
                facts = SCTPFacts(
                    verificationTag: bytes.uint32(at: start + 4), firstChunk: type, chunks: chunk, initiateTag: tag)
            } else {
                facts?.chunks.formUnion(chunk)
            }
            position += (length + 3) & ~3
        }
        guard let facts else { return .failure(.malformed) }
        return .success(facts)
    }
}

/// What an SCTP packet says to connection tracking (RFC 9260; nf_conntrack_proto_sctp.c).
public struct SCTPFacts: Hashable, Sendable {
    public var verificationTag: UInt32
    public var firstChunk: UInt8
    /// Types of all chunks below 16, as bits; the kernel's table knows no others.
    public var chunks: ChunkSet
    /// Of an INIT or INIT-ACK chunk, the tag that the other side must use from then on.
    public var initiateTag: UInt32?

    /// A set of chunk types 0…15.
    public struct ChunkSet: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        /// Empty for a type above 15.
        public init(type: UInt8) { rawValue = type < 16 ? 1 << UInt16(type) : 0 }

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

        /// INIT, INIT-ACK and SHUTDOWN-COMPLETE must be alone in their packet.
        static let solitary: ChunkSet = [.initiate, .initiateAck, .shutdownComplete]
        /// COOKIE-ECHO and COOKIE-ACK must come first.
        static let leading: ChunkSet = [.cookieEcho, .cookieAck]
    }

    /// Whether the packet can open an association: INIT with verification tag 0, and the chunk's fixed part there.
    public var opensAssociation: Bool {
        firstChunk == 1 && verificationTag == 0 && initiateTag != nil
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

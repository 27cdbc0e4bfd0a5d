/// One known connection: 96 bytes.
struct FlowEntry: Sendable {
    var tuple: FlowTuple
    /// Nanoseconds of the capture's clock from which on the connection is forgotten;
    /// the largest value: never.
    var expiry: Int64 = .max
    var hash: UInt32 = 0
    /// SCTP verification tags, by direction.
    var originalTag: UInt32 = 0
    var replyTag: UInt32 = 0
    /// A `TCPState` or `SCTPState`; 0 for other protocols.
    var state: UInt8 = 0
    /// Which end sent the first packet.
    var isOpenedByA: Bool
    var seenReply = false
    /// Seen since the eviction hand last passed.
    var isRecent = true
    var isLive = true

    init(_ side: FlowSide) {
        tuple = side.tuple
        isOpenedByA = side.isFromA
    }
}

public import Matching
public import NetTypes
public import NetworkTopology

/// One packet as the emulated nodes met it, for putting it before another engine.
public struct Passage: Sendable {
    /// One node's part.
    public struct Hop: Sendable {
        public var visit: Visit
        /// Addresses and ports as policy saw them, after service translation.
        public var key: FlowKey
        public var judgement: Judgement
    }

    /// Number in the capture; of a fragmented datagram the frame that completed it.
    public var frame: Int
    /// The whole IP packet as captured, from its header on.
    public var bytes: [UInt8]
    /// Offset of the transport header in `bytes`.
    public var transportOffset: Int
    /// Bytes are missing: the snapshot length cut the packet.
    public var isCut: Bool
    public var wasFragmented: Bool
    /// In order, up to the one that dropped it.
    public var hops: [Hop]
}

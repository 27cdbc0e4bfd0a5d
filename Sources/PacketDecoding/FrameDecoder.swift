import NetTypes

/// Decodes the frames of one capture. Pure; allocates nothing; reads no byte outside the span, whatever the frame
/// claims about itself.
public struct FrameDecoder: Hashable, Sendable {
    public let linkLayer: LinkLayer

    public init(_ linkLayer: LinkLayer) {
        self.linkLayer = linkLayer
    }

    /// The outermost IP packet of a frame.
    ///
    /// - Parameters:
    ///   - bytes: the captured bytes, from the first one of the link-layer header.
    ///   - originalLength: bytes of the frame on the wire; more than `bytes` has when the snapshot length cut it.
    /// - Throws: `DecodeError` when there is no IP packet, or its addresses can't be read. A packet that the kernel
    ///   would discard for other reasons is returned, with `network.defect` set.
    public func decode(_ bytes: Span<UInt8>, originalLength: Int) throws(DecodeError) -> DecodedPacket {
        var walk = LinkWalk(capturedLength: bytes.count, originalLength: originalLength)
        switch try walk.findNetworkHeader(of: linkLayer, in: bytes) {
        case .v4: return try walk.ipv4Packet(in: bytes)
        case .v6: return try walk.ipv6Packet(in: bytes)
        }
    }

    /// A frame of which every byte is there.
    public func decode(_ bytes: [UInt8]) throws(DecodeError) -> DecodedPacket {
        try decode(bytes.span, originalLength: bytes.count)
    }
}

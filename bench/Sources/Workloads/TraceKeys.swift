import Capture
public import NetTypes
import PacketDecoding

/// The five-tuples of a capture, in its order: what a classifier is given when neither file nor headers are to count.
public struct TraceKeys: Sendable {
    public private(set) var keys: [FlowKey] = []
    /// Frames that have none, or are fragments.
    public private(set) var skipped = 0

    /// - Parameter limit: keys at most.
    public init(path: String, limit: Int = .max) throws {
        var capture = try CaptureReader(path: path)
        guard let layer = LinkLayer(dataLinkType: capture.linkType.number) else {
            throw WorkloadError("\(path): link type \(capture.linkType)")
        }
        let decoder = FrameDecoder(layer)
        while keys.count < limit {
            let key: FlowKey?? = capture.nextFrame { frame, bytes in
                try? TraceKeys.key(decoder.decode(bytes, originalLength: frame.originalLength))
            }
            guard let key else { break }
            if let key { keys.append(key) } else { skipped += 1 }
        }
    }

    static func key(_ packet: DecodedPacket) -> FlowKey? {
        guard packet.transport.view == .ports, !packet.network.fragment.needsReassembly else { return nil }
        return .ports(
            packet.network.proto, from: packet.network.source, packet.transport.sourcePort,
            to: packet.network.destination, packet.transport.destinationPort)
    }
}

/// An input that can't be measured with.
public struct WorkloadError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

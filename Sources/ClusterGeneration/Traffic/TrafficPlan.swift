/// The trace to make for a cluster.
public struct TrafficPlan: Sendable, Hashable {
    /// How packets belong to flows.
    public enum Pattern: String, CaseIterable, Sendable {
        /// Each packet is of a flow of its own: a SYN, or data of a connection that is older than the capture.
        case random
        /// Flows by Zipf's law (exponent 1), each connection from SYN to FIN and then anew from its next port.
        case zipf
        /// All flows are opened first; then packets of open connections alone, all flows alike.
        case established
    }

    /// What is captured of each packet.
    public enum Frames: String, CaseIterable, Sendable {
        /// The smallest Ethernet frames: 60 bytes without checksum, 62 or 74 with IPv6.
        case small = "64"
        /// A mix of sizes, of which the first 96 bytes are captured.
        case snapped = "snap96"
        /// The same mix, whole: about 610 bytes each.
        case full
    }

    public var packets: Int
    /// Of the patterns that repeat flows.
    public var flows = 100_000
    public var pattern = Pattern.zipf
    public var frames = Frames.snapped

    public init(packets: Int) { self.packets = packets }

    public static let packetLimit = 1_000_000_000
    public static let flowLimit = 10_000_000

    /// `nil` when all numbers are within their bounds.
    public var fault: String? {
        if !(1...Self.packetLimit).contains(packets) {
            return "packets: \(packets) is not within 1 to \(Self.packetLimit)"
        }
        return (1...Self.flowLimit).contains(flows) ? nil : "flows: \(flows) is not within 1 to \(Self.flowLimit)"
    }
}

public import NetTypes

/// Packets that reports show as one flow: one pair of addresses, one service port. The other port, which the asking
/// side picks at random, is left out: of two ports the larger one.
public struct FlowLabel: Hashable, Sendable {
    public enum PortSide: UInt8, Hashable, Sendable {
        case noPort
        case source
        case destination
    }

    public var source: IPAddress
    public var destination: IPAddress
    public var proto: IPProtocol
    public var portSide: PortSide
    /// 0 without port.
    public var port: UInt16
    /// `nil` unless it is the family's ICMP.
    public var icmp: ICMPKind?

    public struct ICMPKind: Hashable, Sendable {
        public var type: UInt8
        public var code: UInt8
    }

    public init(_ key: FlowKey) {
        source = key.source
        destination = key.destination
        proto = key.proto
        switch key.transport {
        case .ports:
            portSide = key.sourcePort < key.destinationPort ? .source : .destination
            port = min(key.sourcePort, key.destinationPort)
            icmp = nil
        case .icmp:
            (portSide, port) = (.noPort, 0)
            icmp = ICMPKind(type: key.icmpType, code: key.icmpCode)
        case .opaque, .unreadable:
            (portSide, port) = (.noPort, 0)
            icmp = nil
        }
    }
}

import Matching
public import NetTypes

/// Packets that reports show as one flow: who asks whom at which service port. Answers belong to the flow of their
/// questions; the port that the asking side picked at random is left out.
///
/// Of two ports the smaller one is the service's. ICMP answers are put under their query's type.
public struct FlowLabel: Hashable, Sendable {
    public struct ICMPKind: Hashable, Sendable {
        public var type: UInt8
        public var code: UInt8
    }

    public var source: IPAddress
    public var destination: IPAddress
    public var proto: IPProtocol
    /// Of the destination; `nil` without ports.
    public var port: UInt16?
    /// `nil` unless it is the family's ICMP.
    public var icmp: ICMPKind?

    public init(_ key: FlowKey) {
        proto = key.proto
        var isAnswer = false
        switch key.transport {
        case .ports:
            isAnswer = key.sourcePort < key.destinationPort
            port = min(key.sourcePort, key.destinationPort)
        case .icmp:
            let exchange = ICMPExchange(type: key.icmpType, family: key.family)
            isAnswer = exchange.map { !$0.isQuery } ?? false
            icmp = ICMPKind(type: exchange?.query ?? key.icmpType, code: key.icmpCode)
        case .opaque, .unreadable:
            break
        }
        (source, destination) = isAnswer ? (key.destination, key.source) : (key.source, key.destination)
    }
}

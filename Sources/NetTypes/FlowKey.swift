/// What the bytes behind the IP header can tell a rule.
@frozen public enum TransportView: UInt8, Hashable, Sendable {
    /// Nothing can be read: a later fragment, a broken header chain, or fewer than four bytes. Matches no port and no
    /// ICMP condition, positive or negative (the nft payload load breaks the rule; calico.md 3.1).
    case unreadable
    /// At least four bytes are there but they are neither ports nor the ICMP of this family (GRE, ESP, protocol 1
    /// inside IPv6, …). A *negated* port set holds, since such a packet is never a member.
    case opaque
    /// Source and destination port.
    case ports
    /// Type and code of the family's own ICMP.
    case icmp
}

/// The packet facts that policy can depend on: the classifier's input.
@frozen public struct FlowKey: Hashable, Sendable {
    public var source: IPAddress
    public var destination: IPAddress
    public var proto: IPProtocol
    public var transport: TransportView
    /// Ports in host arithmetic; 0 unless `transport == .ports`.
    public var sourcePort: UInt16
    public var destinationPort: UInt16
    /// 0 unless `transport == .icmp`.
    public var icmpType: UInt8
    public var icmpCode: UInt8

    @inlinable public init(
        source: IPAddress, destination: IPAddress, proto: IPProtocol, transport: TransportView,
        sourcePort: UInt16 = 0, destinationPort: UInt16 = 0, icmpType: UInt8 = 0, icmpCode: UInt8 = 0
    ) {
        self.source = source
        self.destination = destination
        self.proto = proto
        self.transport = transport
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.icmpType = icmpType
        self.icmpCode = icmpCode
    }

    /// A key of a protocol with ports.
    public static func ports(
        _ proto: IPProtocol, from source: IPAddress, _ sourcePort: UInt16, to destination: IPAddress,
        _ destinationPort: UInt16
    ) -> FlowKey {
        FlowKey(
            source: source, destination: destination, proto: proto, transport: .ports, sourcePort: sourcePort,
            destinationPort: destinationPort)
    }

    /// A key of the family's own ICMP.
    public static func icmp(
        from source: IPAddress, to destination: IPAddress, type: UInt8, code: UInt8
    ) -> FlowKey {
        FlowKey(
            source: source, destination: destination, proto: .icmp(of: source.family), transport: .icmp,
            icmpType: type, icmpCode: code)
    }

    /// A key of any other protocol, with a readable but meaningless transport header.
    public static func opaque(_ proto: IPProtocol, from source: IPAddress, to destination: IPAddress) -> FlowKey {
        FlowKey(source: source, destination: destination, proto: proto, transport: .opaque)
    }

    @inlinable public var family: IPFamily { destination.family }
}

extension FlowKey: CustomStringConvertible {
    public var description: String {
        func end(_ address: IPAddress, _ port: UInt16) -> String {
            guard transport == .ports else { return "\(address)" }
            return address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        }
        let icmp = transport == .icmp ? " type \(icmpType) code \(icmpCode)" : ""
        return "\(proto) \(end(source, sourcePort)) -> \(end(destination, destinationPort))\(icmp)"
    }
}

public import NetTypes

/// What kube-proxy does to packets sent to a Service: destination translation before policy.
public struct ServiceTable: Sendable {
    /// A service address as a client sees it.
    public struct Frontend: Hashable, Sendable {
        public var address: IPAddress
        public var proto: IPProtocol
        public var port: UInt16
        public init(address: IPAddress, proto: IPProtocol, port: UInt16) {
            self.address = address
            self.proto = proto
            self.port = port
        }
    }

    /// Where one packet may end up.
    public struct Backend: Hashable, Comparable, Sendable {
        public var address: IPAddress
        public var port: UInt16
        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
        public static func < (a: Backend, b: Backend) -> Bool {
            a.address == b.address ? a.port < b.port : a.address < b.address
        }
    }

    /// What kind of address a client meets.
    public enum Kind: Sendable, Hashable {
        case clusterIP
        /// An external or load balancer address.
        case external
        /// A port of every node.
        case nodePort
    }

    public struct Entry: Sendable {
        /// `namespace/name`.
        public var service: String
        public var kind: Kind
        /// `externalTrafficPolicy: Local`: only backends on the node that the packet entered by, which see the client's
        /// own address.
        public var isLocal: Bool
        /// Sorted, distinct. Empty: kube-proxy rejects the packet.
        public var backends: [Backend]
        public init(service: String, kind: Kind = .clusterIP, isLocal: Bool = false, backends: [Backend]) {
            self.service = service
            self.kind = kind
            self.isLocal = isLocal
            self.backends = backends
        }
    }

    public var entries: [Frontend: Entry]

    public init(entries: [Frontend: Entry] = [:]) { self.entries = entries }

    /// `nil` when the packet is not for a service.
    public func entry(for key: FlowKey) -> Entry? {
        guard key.transport == .ports, !entries.isEmpty else { return nil }
        return entries[Frontend(address: key.destination, proto: key.proto, port: key.destinationPort)]
    }
}

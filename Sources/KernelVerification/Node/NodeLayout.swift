public import NetTypes

/// The interfaces of an emulated node: what exists before any rule is loaded.
public struct NodeLayout: Hashable, Sendable {
    /// An address of the node on one interface, with the length of its on-link prefix.
    public struct HostAddress: Hashable, Sendable {
        public var address: IPAddress
        public var prefixLength: UInt8

        public init(_ address: IPAddress, prefixLength: UInt8) {
            self.address = address
            self.prefixLength = prefixLength
        }
    }

    /// A point-to-point device: no neighbours, no MAC addresses.
    public struct Interface: Hashable, Sendable {
        /// At most 15 bytes.
        public var name: String
        public var addresses: [HostAddress]
        /// Destinations that are reached through it; `0.0.0.0/0` and `::/0` make it the default.
        public var routes: [IPPrefix]

        public init(name: String, addresses: [HostAddress] = [], routes: [IPPrefix] = []) {
            self.name = name
            self.addresses = addresses
            self.routes = routes
        }
    }

    public var interfaces: [Interface]

    public init(interfaces: [Interface]) {
        self.interfaces = interfaces
    }
}

public import NetTypes

/// A pair of ICMP types that ask and answer (conntrack.md, Entry).
public struct ICMPExchange: Hashable, Sendable {
    /// The type that asks.
    public var query: UInt8
    /// Whether the type at hand asks.
    public var isQuery: Bool

    /// `nil` for a type outside of these pairs: echo, timestamp, information, address mask; of ICMPv6 echo and node
    /// information.
    public init?(type: UInt8, family: IPFamily) {
        switch (family, type) {
        case (.v4, 8), (.v4, 13), (.v4, 15), (.v4, 17), (.v6, 128), (.v6, 139):
            self.query = type
            self.isQuery = true
        case (.v4, 0):
            self.query = 8
            self.isQuery = false
        case (.v4, 14), (.v4, 16), (.v4, 18), (.v6, 129), (.v6, 140):
            self.query = type - 1
            self.isQuery = false
        default:
            return nil
        }
    }
}

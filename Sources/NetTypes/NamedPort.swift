/// A container or host endpoint port that rules can name.
public struct NamedPort: Hashable, Sendable {
    public var name: String
    public var proto: IPProtocol
    public var port: UInt16

    public init(name: String, proto: IPProtocol, port: UInt16) {
        self.name = name
        self.proto = proto
        self.port = port
    }
}

/// The twelve bits behind the TCP data offset (RFC 9293; the upper four are reserved or AccECN).
public struct TCPFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let fin = TCPFlags(rawValue: 0x001)
    public static let syn = TCPFlags(rawValue: 0x002)
    public static let rst = TCPFlags(rawValue: 0x004)
    public static let psh = TCPFlags(rawValue: 0x008)
    public static let ack = TCPFlags(rawValue: 0x010)
    public static let urg = TCPFlags(rawValue: 0x020)
    public static let ece = TCPFlags(rawValue: 0x040)
    public static let cwr = TCPFlags(rawValue: 0x080)

    /// Whether connection tracking takes the combination for possible (`tcp_valid_flags` of
    /// nf_conntrack_proto_tcp.c).
    public var isPossible: Bool {
        switch intersection([.fin, .syn, .rst, .ack, .urg]) {
        case [.syn], [.syn, .urg], [.syn, .ack], [.rst], [.rst, .ack], [.fin, .ack], [.fin, .ack, .urg], [.ack],
            [.ack, .urg]:
            true
        default: false
        }
    }
}

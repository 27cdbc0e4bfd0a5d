/// A netfilter hook of the IP families; raw values are `NF_INET_…` of linux/netfilter.h.
public enum Hook: UInt32, Hashable, Sendable, CaseIterable {
    case prerouting = 0
    case input = 1
    case forward = 2
    case output = 3
    case postrouting = 4

    /// The hooks of a packet that passes through.
    public static let forwarded: [Hook] = [.prerouting, .forward, .postrouting]
    /// The hooks of a packet for the node itself.
    public static let delivered: [Hook] = [.prerouting, .input]
    /// The hooks of a packet that the node itself sends.
    public static let sent: [Hook] = [.output, .postrouting]

    /// NF_IP_PRI_NAT_DST on the way in and for own packets, NF_IP_PRI_NAT_SRC otherwise.
    var natPriority: Int32 { self == .prerouting || self == .output ? -100 : 100 }

    /// Whether connection tracking looks at packets in this hook (at NF_IP_PRI_CONNTRACK) and not before.
    var startsTracking: Bool { self == .prerouting || self == .output }

    /// NF_IP_PRI_CONNTRACK. A chain at exactly this priority is taken to run before it.
    static let trackingPriority: Int32 = -200
}

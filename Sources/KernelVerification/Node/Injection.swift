public import NetTypes

/// A packet to put before the kernel.
public struct Injection: Hashable, Sendable {
    public enum Origin: Hashable, Sendable {
        /// Arrives on the interface of that name.
        case interface(String)
        /// Sent by a process of the node itself.
        case local
    }

    public var origin: Origin
    /// A whole IPv4 or IPv6 packet, from the IP header on.
    public var packet: [UInt8]

    public init(_ origin: Origin, _ packet: [UInt8]) {
        self.origin = origin
        self.packet = packet
    }
}

/// What became of an injected packet.
public struct Observation: Hashable, Sendable {
    /// Where an accepted packet was seen last.
    public enum Exit: Hashable, Sendable {
        /// At the end of the input hook, bound for the node itself.
        case delivered
        /// At the end of the postrouting hook, on its way out of that interface.
        case sent(through: String)
    }

    /// `nil`: not seen again. A rule dropped it, or the kernel did before any rule (a martian source, a spent TTL, no
    /// route, an incomplete set of fragments): a run without rules tells the two apart.
    public var exit: Exit?
    /// The packet's mark at the exit.
    public var mark: UInt32
    /// errno, when the kernel would not even take the packet (no route to send it on, say). EPERM is not among these:
    /// it is the answer for a packet of the node that a rule dropped.
    public var sendFailure: Int32?

    public init(exit: Exit? = nil, mark: UInt32 = 0, sendFailure: Int32? = nil) {
        self.exit = exit
        self.mark = mark
        self.sendFailure = sendFailure
    }

    public var verdict: Verdict { exit == nil ? .drop : .accept }
}

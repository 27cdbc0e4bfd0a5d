/// What connection tracking wants to know of a packet beyond its `FlowKey`, and what it calls invalid from the packet
/// alone (net/netfilter of Linux 6.18; conntrack.md has the state tables that go on from here).
///
/// Checksums are not judged: the kernel calls a packet with a wrong one invalid, but captures are full of sums that
/// the network card was to fill in.
public struct TrackingFacts: Hashable, Sendable {
    /// What identifies the connection besides protocol and addresses, and what moves its state.
    public enum Detail: Hashable, Sendable {
        /// Ports are in the flow key.
        case tcp(TCPFlags)
        /// Ports are in the flow key. UDP and UDP-Lite.
        case datagram
        /// Ports are in the flow key.
        case sctp(SCTPFacts)
        /// ICMP queries and answers: keyed by type and identifier.
        case icmp(identifier: UInt16)
        /// An ICMP message that quotes the packet it is about.
        case icmpError(QuotedPacket)
        /// Neighbour discovery, multicast listener and multicast router messages (ICMPv6 130 to 136, 143, 151, 152).
        case untracked
        /// GRE of version 1, which PPTP uses: keyed by its call id.
        case pptp(call: UInt16)
        /// Addresses alone. DCCP, too: its tracker left the kernel in 6.16.
        case other
    }

    /// `nil` when `invalidity` or `isCut` says why there is nothing to know.
    public var detail: Detail?
    /// The packet is `invalid` whatever connections there are.
    public var invalidity: TrackingInvalidity?
    /// Bytes that decide were cut off by the snapshot length.
    public var isCut = false

    static func valid(_ detail: Detail) -> TrackingFacts { TrackingFacts(detail: detail) }
    static func invalid(_ reason: TrackingInvalidity) -> TrackingFacts { TrackingFacts(invalidity: reason) }
    static let cut = TrackingFacts(isCut: true)
}

/// Why connection tracking calls a packet invalid without looking for its connection.
public enum TrackingInvalidity: UInt8, Hashable, Sendable, CaseIterable {
    /// The IPv6 extension headers run out of the packet, or end in "no next header" (59); or a later fragment that
    /// defragmentation let go on alone.
    case noTransport
    /// The packet ends within the transport header.
    case shortHeader
    /// A length in the transport header contradicts the packet's.
    case length
    /// A combination of TCP flags that no TCP sends.
    case tcpFlags
    /// An ICMP type above 18.
    case icmpType
    /// SCTP without chunk, with an empty chunk, or with chunks that may not share a packet.
    case sctpChunks
    /// GRE of version 1 that does not carry PPP.
    case greVersion
    /// An ICMP error that quotes too little, or the later fragment of a packet.
    case quote
    /// An ICMP error about a packet that its receiver did not send.
    case quotedSource

    /// Stable, for counters and reports.
    public var word: String {
        switch self {
        case .noTransport: "no-transport"
        case .shortHeader: "short-transport-header"
        case .length: "transport-length"
        case .tcpFlags: "tcp-flags"
        case .icmpType: "icmp-type"
        case .sctpChunks: "sctp-chunks"
        case .greVersion: "gre-version"
        case .quote: "icmp-quote"
        case .quotedSource: "icmp-quoted-source"
        }
    }
}

/// Why a frame yields no IP packet, and where. Made without allocation; every reason has a stable word to count by.
public struct DecodeError: Error, Hashable, Sendable {
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// Address resolution for IPv4.
        case arp
        /// A link-layer frame whose network protocol is neither IP nor ARP (LLDP, PPP control, netlink, …).
        case notIP
        /// An IEEE 802.2 frame that carries no IP (spanning tree, IS-IS, CDP).
        case logicalLink
        /// More tags and nested link headers than any real frame has.
        case tooManyLinkHeaders
        /// A link-layer length or field that cannot be (a bad NFLOG attribute, an unknown PPPoE version).
        case linkHeader
        /// The snapshot length cut the frame within the link-layer headers.
        case linkHeaderCut
        /// The frame itself ends within the link-layer headers.
        case linkHeaderShort
        /// The snapshot length cut the frame within the fixed IP header.
        case ipHeaderCut
        /// The frame itself ends within the fixed IP header.
        case ipHeaderShort
        /// The version number in the IP header is not the one that the link layer announces.
        case ipVersion
        /// The header length of IPv4 is below 20 bytes.
        case ipHeaderLength

        /// Stable, for counters and reports.
        public var word: String {
            switch self {
            case .arp: "arp"
            case .notIP: "not-ip"
            case .logicalLink: "llc"
            case .tooManyLinkHeaders: "too-many-link-headers"
            case .linkHeader: "link-header"
            case .linkHeaderCut: "link-header-cut"
            case .linkHeaderShort: "link-header-short"
            case .ipHeaderCut: "ip-header-cut"
            case .ipHeaderShort: "ip-header-short"
            case .ipVersion: "ip-version"
            case .ipHeaderLength: "ip-header-length"
            }
        }

        /// Whether the frame is fine and just not IP.
        public var isOtherProtocol: Bool {
            switch self {
            case .arp, .notIP, .logicalLink: true
            default: false
            }
        }
    }

    public var reason: Reason
    /// Offset in the frame of the header or field at fault.
    public var offset: Int
    /// Bytes needed from `offset` on; 0 where length is not the matter.
    public var needed: Int
    /// Bytes found there in the capture.
    public var found: Int
    /// What the link layer had said up to there.
    public var link: LinkFacts
}

extension DecodeError: CustomStringConvertible {
    public var description: String {
        needed > 0
            ? "\(reason.word) at byte \(offset): \(needed) bytes needed, \(found) there"
            : "\(reason.word) at byte \(offset)"
    }
}

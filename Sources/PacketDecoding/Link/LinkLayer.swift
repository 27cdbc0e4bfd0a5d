/// The framings that can be decoded, by libpcap's DLT number (`pcap_datalink`; pcap-linktype(7)).
public enum LinkLayer: Hashable, Sendable, CaseIterable {
    case ethernet
    /// BSD loopback, address family in the byte order of the writer.
    case null
    /// OpenBSD loopback, address family big-endian.
    case loop
    /// An IP packet of either version.
    case raw
    case ipv4
    case ipv6
    /// Linux "any" captures, version 1.
    case linuxCooked
    /// Linux "any" captures, version 2, with interface index.
    case linuxCookedV2
    case ppp
    /// PPP in HDLC-like framing, or Cisco HDLC.
    case pppSerial
    case ciscoHDLC
    /// Netfilter's own log (`nflog` interface).
    case netfilterLog
    case fddi
    case ipOverInfiniBand

    /// `nil` for a link type that is not decoded; refuse the capture by its name then.
    public init?(dataLinkType: Int32) {
        switch dataLinkType {
        case 0: self = .null
        case 1: self = .ethernet
        case 9: self = .ppp
        case 10: self = .fddi
        case 12, 14, 101: self = .raw
        case 50: self = .pppSerial
        case 104: self = .ciscoHDLC
        case 108: self = .loop
        case 113: self = .linuxCooked
        case 228: self = .ipv4
        case 229: self = .ipv6
        case 239: self = .netfilterLog
        case 242: self = .ipOverInfiniBand
        case 276: self = .linuxCookedV2
        default: return nil
        }
    }
}

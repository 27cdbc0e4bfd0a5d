/// A frame for which the packet table is not the peer decoder's (tshark 4.0), and why.
struct KnownDifference {
    var file: String
    var frame: Int
    /// The columns that differ, in order.
    var columns: String
    var reason: String

    init(_ file: String, _ frame: Int, _ columns: String, _ reason: String) {
        self.file = file
        self.frame = frame
        self.columns = columns
        self.reason = reason
    }
}

enum KnownDifferences {
    private static let noTimestamp = "a pcapng simple packet block has no time; libpcap says 0, and so do we"
    private static let snapshotLength = "libpcap cuts records to the file's snapshot length, tshark does not"
    private static let halfHeader = "tshark shows the addresses that are left of a cut fixed header; we need all of it"
    private static let forgedTime = "a fraction of a second and more: libpcap's sum of both"

    static let traffic: [KnownDifference] = [
        .init("gopacket--8eee96ef--test016.pcapng", 1, "ts", noTimestamp),
        .init("gopacket--8eee96ef--test016.pcapng", 3, "ts", noTimestamp),
        .init(
            "libpcap--e3d44a8f--ipv6_ext_headers.pcap", 1, "proto sport dport",
            "tshark's fields stop in a long chain of extension headers; the kernel goes on to the UDP header"),
        .init(
            "suricata-verify--d5d5c327--input.pcap", 1, "sport dport",
            "4 bytes of SCTP: the ports are there, tshark wants the whole header"),
        .init("tcpdump--50bf4dd8--ipv6_missing_jumbo_payload_option.pcap", 1, "capLen", snapshotLength),
        .init(
            "tcpdump--5a3b9245--bigtcp-ipv6-vxlan-ipv6.pcap", 1, "sport dport",
            "BIG TCP: payload length 0 in a frame of 80,156 bytes is the kernel's own, tshark finds no payload"),
        .init("tcpdump--d7211dae--ipv6_39_byte_header.pcap", 1, "ipVersion proto src frag", halfHeader),
        .init(
            "zeek--4edd2f8c--ipv6-mobility-dst-opts.pcap", 1, "sport dport",
            "tshark stops at a destination option that it finds malformed; routers don't look into it"),
    ]

    static let linktypes: [KnownDifference] = [
        .init("gopacket--d551bfcb--test100.pcapng", 1, "ts", noTimestamp),
        .init(
            "pcapplusplus--b02ac43c--QinQ_802.1_AD.pcapng", 1, "vlan",
            "the outermost tag is the 802.1ad one, 30; the peer's column knows only 802.1Q"),
    ]

    static let malformed: [KnownDifference] = [
        .init(
            "suricata-verify--19b978d0--input.pcap", 8, "sport dport tcpFlags",
            "tshark stops before TCP; the first bytes behind the IP header are there"),
        .init(
            "suricata-verify--7051b1fc--frag-12.pcap", 5, "proto icmpType icmpCode",
            "tshark's fields stop in a chain of fragment headers; the kernel goes on to ICMPv6"),
        .init(
            "suricata-verify--dc5f9e7c--fuzz.pcap", 1, "ipVersion proto src sport dst dport frag tcpFlags ipLen",
            "tshark takes the Ethernet payload for unknown data although the type says IPv4"),
        .init("tcpdump--01c8f1a0--mobility_opt_asan.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--01c8f1a0--mobility_opt_asan.pcap", 2, "capLen", snapshotLength),
        .init("tcpdump--0f857032--ipv4_invalid_length.pcap", 1, "ipVersion proto src frag ipLen", halfHeader),
        .init("tcpdump--12819481--timestamp_invalid_nano.pcap", 2, "ts", forgedTime),
        .init("tcpdump--12819481--timestamp_invalid_nano.pcap", 3, "ts", forgedTime),
        .init("tcpdump--15f6af19--dccp_options-oobr.pcap", 2, "capLen", snapshotLength),
        .init("tcpdump--15f6af19--dccp_options-oobr.pcap", 4, "capLen", snapshotLength),
        .init("tcpdump--15f6af19--dccp_options-oobr.pcap", 6, "capLen", snapshotLength),
        .init("tcpdump--15f6af19--dccp_options-oobr.pcap", 8, "capLen", snapshotLength),
        .init("tcpdump--2efffb06--mobility_opt_asan_2.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--33fe9e18--mptcp-dss-oobr.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--4ba07baa--rpl-dao-oobr.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--737504ff--bootp_asan.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--88dfdaaf--ldp_tlv_print-oobr.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--8b57442c--timestamp_invalid_micro.pcap", 2, "ts", forgedTime),
        .init("tcpdump--8b57442c--timestamp_invalid_micro.pcap", 3, "ts", forgedTime),
        .init("tcpdump--98a666a6--lmp-lmp_print_data_link_subobjs-oobr.pcap", 1, "capLen", snapshotLength),
        .init("tcpdump--98a666a6--lmp-lmp_print_data_link_subobjs-oobr.pcap", 2, "capLen", snapshotLength),
        .init("tcpdump--b623a5ae--ipv6_invalid_length.pcap", 1, "ipVersion proto src frag", halfHeader),
        .init("tcpdump--c55fcba7--rx_serviceid_oobr.pcap", 2, "ts", forgedTime),
        .init(
            "tcpdump--cacaf373--ipv4_invalid_total_length_2.pcap", 1, "ipVersion proto src dst frag ipLen",
            "total length below the header length: tshark shows nothing, we the header (and the defect)"),
        .init(
            "zeek--000ef72d--ip-bogus-header-len.pcap", 1, "icmpType icmpCode ipLen",
            "total length 0 of an ICMP packet: no segmentation offload sends that, so the packet is defective"),
        .init(
            "zeek--83fabdfb--ipv4-truncated-broken-header.pcap", 1, "ipVersion proto src dst frag ipLen",
            "header length 60 in a packet of 20: tshark shows nothing, we the header (and the defect)"),
        .init("zeek--8d94a29e--ip6-trunc.pcap", 1, "ipVersion proto src frag", halfHeader),
        .init("zeek--e278b3cb--trunc-hdr.pcap", 1, "capLen", snapshotLength),
    ]
}

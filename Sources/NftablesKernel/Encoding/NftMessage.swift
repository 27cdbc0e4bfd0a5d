import CNftnl

/// Types and headers of nf_tables messages.
enum NftMessage {
    /// `NFPROTO_INET`: rules for both IP versions.
    static let inet = UInt16(NFPROTO_INET)
    /// `NFPROTO_UNSPEC`.
    static let unspecified: UInt16 = 0

    /// Bytes of `nlmsghdr` and `nfgenmsg` in front of the attributes.
    static let headersLength = NetlinkReply.headerLength + 4

    /// Writes a header (`nlmsghdr` + `nfgenmsg`).
    ///
    /// - Parameter flags: `NLM_F_…` beside `NLM_F_REQUEST`.
    @unsafe static func header(
        at address: UnsafeMutablePointer<CChar>, _ type: nf_tables_msg_types, family: UInt16 = inet, flags: Int32,
        sequence: UInt32
    ) -> UnsafeMutablePointer<nlmsghdr>? {
        unsafe nftnl_nlmsg_build_hdr(
            address, UInt16(type.rawValue), family, UInt16(truncatingIfNeeded: flags), sequence)
    }
}

/// Attribute numbers as libnftnl's setters want them.
func u16(_ attribute: some RawRepresentable<UInt32>) -> UInt16 { UInt16(truncatingIfNeeded: attribute.rawValue) }
func u16(_ attribute: Int) -> UInt16 { UInt16(truncatingIfNeeded: attribute) }

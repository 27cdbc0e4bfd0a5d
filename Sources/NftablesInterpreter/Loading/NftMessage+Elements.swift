import CNftnl

extension NftMessage {
    /// A NEWSETELEM message whose elements all bear the type `NFTA_LIST_ELEM`.
    ///
    /// The kernel does not look at that type; libnftnl counts it up when it writes elements and refuses anything but
    /// `NFTA_LIST_ELEM` when it reads them (1.2.4, `nftnl_set_elems_nlmsg_build_payload` against
    /// `nftnl_set_elems_parse`).
    var withUniformElements: NftMessage {
        var bytes = Array(self.bytes)
        let first = Self.headerLength + Self.familyHeaderLength
        for list in AttributePlaces(bytes, first..<bytes.count)
        where list.type == NFTA_SET_ELEM_LIST_ELEMENTS.rawValue {
            for element in AttributePlaces(bytes, list.value) {
                let flags =
                    UInt16(hostOrder: bytes[(element.start + 2)..<(element.start + 4)]) & AttributePlaces.flagBits
                let type = flags | UInt16(NFTA_LIST_ELEM.rawValue)
                bytes.replaceSubrange((element.start + 2)..<(element.start + 4), with: type.hostOrder)
            }
        }
        return NftMessage(kind: kind, flags: flags, family: family, bytes: bytes[...])
    }
}

/// Where attributes lie in a message; ends at the first that does not fit.
private struct AttributePlaces: Sequence, IteratorProtocol {
    struct Place {
        var start: Int
        var type: UInt32
        var value: Range<Int>
    }

    /// `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER` beside the type (linux/netlink.h).
    static let flagBits: UInt16 = 0xc000

    private let bytes: [UInt8]
    private var rest: Range<Int>

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        rest = range
    }

    mutating func next() -> Place? {
        let start = rest.lowerBound
        guard rest.count >= 4 else { return nil }
        let length = Int(UInt16(hostOrder: bytes[start..<(start + 2)]))
        guard length >= 4, length <= rest.count else { return nil }
        let type = UInt32(UInt16(hostOrder: bytes[(start + 2)..<(start + 4)]) & ~Self.flagBits)
        rest = Swift.min(start + (length + 3) & ~3, rest.upperBound)..<rest.upperBound
        return Place(start: start, type: type, value: (start + 4)..<(start + length))
    }
}

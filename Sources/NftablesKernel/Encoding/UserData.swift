/// What nft and dataplane keep with kernel objects for themselves: a list of (type, length, value), each of one byte
/// but the value (`libnftnl/udata.h`).
struct UserData {
    /// `NFTNL_UDATA_TABLE_COMMENT`, `…_CHAIN_COMMENT`, `…_RULE_COMMENT`.
    static let comment: UInt8 = 0
    /// dataplane's own type on rules, a number that nft skips: the site, four bytes, network order.
    static let site: UInt8 = 0x64
    /// `NFTNL_UDATA_SET_KEYBYTEORDER`, in host order: 1 host, 2 network.
    static let setKeyByteOrder: UInt8 = 0
    /// `NFTNL_UDATA_SET_MERGE_ELEMENTS`, in host order.
    static let setMergeElements: UInt8 = 2
    /// `NFTNL_UDATA_SET_COMMENT`.
    static let setComment: UInt8 = 7

    private(set) var bytes: [UInt8] = []

    init() {}

    /// Values of more than 255 bytes have no place in it and are left out.
    mutating func append(_ type: UInt8, _ value: [UInt8]) {
        guard let length = UInt8(exactly: value.count) else { return }
        bytes += [type, length] + value
    }

    /// Text with its NUL.
    mutating func append(_ type: UInt8, _ text: String) { append(type, Array(text.utf8) + [0]) }

    /// A number in the order of this machine's memory.
    mutating func append(_ type: UInt8, hostOrder number: UInt32) {
        let ordered = number.littleEndian
        append(type, [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: ordered >> UInt32($0)) })
    }

    mutating func append(_ type: UInt8, networkOrder number: UInt32) {
        append(type, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) })
    }
}

extension UserData {
    /// Takes what the kernel holds; a torn last entry is left out.
    init(parsing bytes: [UInt8]) { self.bytes = bytes }

    /// The value of the first entry of a type.
    func value(_ type: UInt8) -> ArraySlice<UInt8>? {
        var rest = bytes[...]
        while rest.count >= 2 {
            let entry = rest[rest.startIndex]
            let length = Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            guard rest.count >= length else { return nil }
            if entry == type { return rest.prefix(length) }
            rest = rest.dropFirst(length)
        }
        return nil
    }

    /// Up to the NUL.
    func text(_ type: UInt8) -> String? {
        value(type).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    func networkOrderNumber(_ type: UInt8) -> UInt32? {
        guard let value = value(type), value.count == 4 else { return nil }
        return value.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

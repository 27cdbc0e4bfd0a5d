import CNftnl

/// Messages of the kernel about single objects, read by libnftnl. A message that libnftnl cannot read gives `nil`.
enum Readers {
    struct Table {
        var name: String
        var handle: UInt64
        var comment: String?
    }

    struct Chain {
        var table: String
        var name: String
        var hook: UInt32?
        var priority: Int32?
        var comment: String?
    }

    struct SetHeader {
        var name: String
        var isMap: Bool
        var comment: String?
        /// What the kernel says that it holds: since Linux 6.16, and right for sets without ranges alone.
        var elementCount: Int?
    }

    /// `NFTA_SET_COUNT`, big-endian; not in the headers of Debian 12.
    private static let countAttribute: UInt16 = 20

    @unsafe static func table(_ message: UnsafePointer<nlmsghdr>) -> Table? {
        guard let object = unsafe nftnl_table_alloc() else { return nil }
        defer { unsafe nftnl_table_free(object) }
        guard unsafe nftnl_table_nlmsg_parse(message, object) == 0,
            let name = unsafe text(nftnl_table_get_str(object, u16(NFTNL_TABLE_NAME)))
        else { return nil }
        var length: UInt32 = 0
        let data = unsafe nftnl_table_get_data(object, u16(NFTNL_TABLE_USERDATA), &length)
        return Table(
            name: name, handle: unsafe nftnl_table_get_u64(object, u16(NFTNL_TABLE_HANDLE)),
            comment: unsafe userData(data, length).text(UserData.comment))
    }

    @unsafe static func chain(_ message: UnsafePointer<nlmsghdr>) -> Chain? {
        guard let object = unsafe nftnl_chain_alloc() else { return nil }
        defer { unsafe nftnl_chain_free(object) }
        guard unsafe nftnl_chain_nlmsg_parse(message, object) == 0,
            let table = unsafe text(nftnl_chain_get_str(object, u16(NFTNL_CHAIN_TABLE))),
            let name = unsafe text(nftnl_chain_get_str(object, u16(NFTNL_CHAIN_NAME)))
        else { return nil }
        let isBase = unsafe nftnl_chain_is_set(object, u16(NFTNL_CHAIN_HOOKNUM))
        var length: UInt32 = 0
        let data = unsafe nftnl_chain_get_data(object, u16(NFTNL_CHAIN_USERDATA), &length)
        return Chain(
            table: table, name: name,
            hook: isBase ? unsafe nftnl_chain_get_u32(object, u16(NFTNL_CHAIN_HOOKNUM)) : nil,
            priority: isBase ? unsafe nftnl_chain_get_s32(object, u16(NFTNL_CHAIN_PRIO)) : nil,
            comment: unsafe userData(data, length).text(UserData.comment))
    }

    @unsafe static func set(_ message: UnsafePointer<nlmsghdr>) -> SetHeader? {
        guard let object = unsafe nftnl_set_alloc() else { return nil }
        defer { unsafe nftnl_set_free(object) }
        guard unsafe nftnl_set_nlmsg_parse(message, object) == 0,
            let name = unsafe text(nftnl_set_get_str(object, u16(NFTNL_SET_NAME)))
        else { return nil }
        let hasFlags = unsafe nftnl_set_is_set(object, u16(NFTNL_SET_FLAGS))
        let flags = hasFlags ? unsafe nftnl_set_get_u32(object, u16(NFTNL_SET_FLAGS)) : 0
        var length: UInt32 = 0
        let data = unsafe nftnl_set_get_data(object, u16(NFTNL_SET_USERDATA), &length)
        let isInterval = flags & NFT_SET_INTERVAL.rawValue != 0
        return SetHeader(
            name: name, isMap: flags & NFT_SET_MAP.rawValue != 0,
            comment: unsafe userData(data, length).text(UserData.setComment),
            elementCount: isInterval ? nil : unsafe countAttributeValue(message))
    }

    @unsafe private static func countAttributeValue(_ message: UnsafePointer<nlmsghdr>) -> Int? {
        let bytes = unsafe Array(
            UnsafeRawBufferPointer(start: message, count: Int(message.pointee.nlmsg_len)))
        let attributes = NetlinkAttribute.list(in: bytes, NftMessage.headersLength..<bytes.count)
        guard let count = attributes.first(where: { $0.type == countAttribute }), count.payload.count == 4 else {
            return nil
        }
        return bytes[count.payload].reduce(0) { $0 << 8 | Int($1) }
    }

    /// How many members one message of a dump of elements has, the ends of ranges not counted.
    @unsafe static func elementCount(_ message: UnsafePointer<nlmsghdr>) -> Int? {
        guard let object = unsafe nftnl_set_alloc() else { return nil }
        defer { unsafe nftnl_set_free(object) }
        guard unsafe nftnl_set_elems_nlmsg_parse(message, object) == 0,
            let iterator = unsafe nftnl_set_elems_iter_create(object)
        else { return nil }
        defer { unsafe nftnl_set_elems_iter_destroy(iterator) }
        var count = 0
        while let element = unsafe nftnl_set_elems_iter_next(iterator) {
            // The getter follows a null pointer when there are no flags.
            let hasFlags = unsafe nftnl_set_elem_is_set(element, u16(NFTNL_SET_ELEM_FLAGS))
            let flags = hasFlags ? unsafe nftnl_set_elem_get_u32(element, u16(NFTNL_SET_ELEM_FLAGS)) : 0
            if flags & UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue) == 0 { count += 1 }
        }
        return count
    }

    @unsafe static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    @unsafe static func userData(_ pointer: UnsafeRawPointer?, _ length: UInt32) -> UserData {
        guard let pointer = unsafe pointer else { return UserData() }
        return unsafe UserData(parsing: Array(UnsafeRawBufferPointer(start: pointer, count: Int(length))))
    }
}

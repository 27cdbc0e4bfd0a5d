import CNftnl
import NftablesRuleset

/// The tables, chains and rules of a batch as libnftnl objects, each written into its message and freed.
enum ObjectEncoding {
    /// Hook type of all base chains.
    private static let filterType = "filter"

    @unsafe static func write(
        tableNamed name: String, comment: String?, to message: UnsafeMutablePointer<nlmsghdr>
    ) throws(KernelError) {
        guard let object = unsafe nftnl_table_alloc() else { throw .outOfMemory }
        defer { unsafe nftnl_table_free(object) }
        unsafe nftnl_table_set_str(object, u16(NFTNL_TABLE_NAME), name)
        if let comment {
            var data = UserData()
            data.append(UserData.comment, comment)
            unsafe nftnl_table_set_data(
                object, u16(NFTNL_TABLE_USERDATA), data.bytes, UInt32(data.bytes.count))
        }
        unsafe nftnl_table_nlmsg_build_payload(message, object)
    }

    @unsafe static func write(
        _ chain: NftChain, table: String, to message: UnsafeMutablePointer<nlmsghdr>
    ) throws(KernelError) {
        guard let object = unsafe nftnl_chain_alloc() else { throw .outOfMemory }
        defer { unsafe nftnl_chain_free(object) }
        unsafe nftnl_chain_set_str(object, u16(NFTNL_CHAIN_TABLE), table)
        unsafe nftnl_chain_set_str(object, u16(NFTNL_CHAIN_NAME), chain.name)
        if let base = chain.base {
            unsafe nftnl_chain_set_str(object, u16(NFTNL_CHAIN_TYPE), filterType)
            unsafe nftnl_chain_set_u32(object, u16(NFTNL_CHAIN_HOOKNUM), base.hook.number)
            unsafe nftnl_chain_set_s32(object, u16(NFTNL_CHAIN_PRIO), base.priority)
            unsafe nftnl_chain_set_u32(object, u16(NFTNL_CHAIN_POLICY), NftVerdict.accept.kernelCode)
        }
        if let comment = chain.comment {
            var data = UserData()
            data.append(UserData.comment, comment)
            unsafe nftnl_chain_set_data(
                object, u16(NFTNL_CHAIN_USERDATA), data.bytes, UInt32(data.bytes.count))
        }
        unsafe nftnl_chain_nlmsg_build_payload(message, object)
    }

    @unsafe static func write(
        _ rule: NftRule, chain: String, table: String, to message: UnsafeMutablePointer<nlmsghdr>
    ) throws(KernelError) {
        guard let object = unsafe nftnl_rule_alloc() else { throw .outOfMemory }
        defer { unsafe nftnl_rule_free(object) }
        unsafe nftnl_rule_set_str(object, u16(NFTNL_RULE_TABLE), table)
        unsafe nftnl_rule_set_str(object, u16(NFTNL_RULE_CHAIN), chain)
        var data = UserData()
        if let comment = rule.comment { data.append(UserData.comment, comment) }
        if let site = rule.siteNumber { data.append(UserData.site, networkOrder: site) }
        if !data.bytes.isEmpty {
            unsafe nftnl_rule_set_data(object, u16(NFTNL_RULE_USERDATA), data.bytes, UInt32(data.bytes.count))
        }
        for expression in rule.expressions {
            let encoded = try ExpressionObject.encoding(expression)
            unsafe nftnl_rule_add_expr(object, encoded.take())
        }
        unsafe nftnl_rule_nlmsg_build_payload(message, object)
    }
}

import CNftnl

extension Readers {
    struct ChainRule {
        var chain: String
        var rule: TableStatus.Rule
    }

    @unsafe static func rule(_ message: UnsafePointer<nlmsghdr>) -> ChainRule? {
        guard let object = unsafe nftnl_rule_alloc() else { return nil }
        defer { unsafe nftnl_rule_free(object) }
        guard unsafe nftnl_rule_nlmsg_parse(message, object) == 0,
            let chain = unsafe text(nftnl_rule_get_str(object, u16(NFTNL_RULE_CHAIN)))
        else { return nil }
        var length: UInt32 = 0
        let pointer = unsafe nftnl_rule_get_data(object, u16(NFTNL_RULE_USERDATA), &length)
        let data = unsafe userData(pointer, length)
        let (program, counter) = unsafe expressions(of: object)
        let rule = TableStatus.Rule(
            handle: unsafe nftnl_rule_get_u64(object, u16(NFTNL_RULE_HANDLE)), comment: data.text(UserData.comment),
            site: data.networkOrderNumber(UserData.site), counter: counter, program: program)
        return ChainRule(chain: chain, rule: rule)
    }

    /// The expressions as text, counts left out, and the first counter's state.
    @unsafe private static func expressions(of rule: OpaquePointer) -> (String, TableStatus.Counter?) {
        guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return ("", nil) }
        defer { unsafe nftnl_expr_iter_destroy(iterator) }
        var lines: [String] = []
        var counter: TableStatus.Counter?
        while let expression = unsafe nftnl_expr_iter_next(iterator) {
            let name = unsafe text(nftnl_expr_get_str(expression, u16(NFTNL_EXPR_NAME))) ?? ""
            guard name != "counter" else {
                counter =
                    counter
                    ?? TableStatus.Counter(
                        packets: unsafe nftnl_expr_get_u64(expression, u16(NFTNL_EXPR_CTR_PACKETS)),
                        bytes: unsafe nftnl_expr_get_u64(expression, u16(NFTNL_EXPR_CTR_BYTES)))
                lines.append("[ counter ]")
                continue
            }
            var buffer = [CChar](repeating: 0, count: 1024)
            let count = unsafe nftnl_expr_snprintf(&buffer, buffer.count, expression, 0, 0)
            let body = buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map(UInt8.init(bitPattern:))
            lines.append("[ \(name) \(String(decoding: body, as: UTF8.self))]")
        }
        return (lines.joined(separator: "\n"), counter)
    }
}

import CNftnl

extension Readers {
    struct ChainRule {
        var chain: String
        var rule: TableStatus.Rule
    }

    @unsafe static func rule(_ message: UnsafePointer<nlmsghdr>, withProgram: Bool) -> ChainRule? {
        guard let object = unsafe nftnl_rule_alloc() else { return nil }
        defer { unsafe nftnl_rule_free(object) }
        guard unsafe nftnl_rule_nlmsg_parse(message, object) == 0,
            let chain = unsafe text(nftnl_rule_get_str(object, u16(NFTNL_RULE_CHAIN)))
        else { return nil }
        var length: UInt32 = 0
        let pointer = unsafe nftnl_rule_get_data(object, u16(NFTNL_RULE_USERDATA), &length)
        let data = unsafe userData(pointer, length)
        let rule = TableStatus.Rule(
            handle: unsafe nftnl_rule_get_u64(object, u16(NFTNL_RULE_HANDLE)), comment: data.text(UserData.comment),
            site: data.networkOrderNumber(UserData.site), counter: unsafe counter(of: object),
            program: withProgram ? unsafe program(of: object) : nil)
        return ChainRule(chain: chain, rule: rule)
    }

    /// The state of the first counter.
    @unsafe private static func counter(of rule: OpaquePointer) -> TableStatus.Counter? {
        guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return nil }
        defer { unsafe nftnl_expr_iter_destroy(iterator) }
        while let expression = unsafe nftnl_expr_iter_next(iterator) {
            guard unsafe name(of: expression) == counterName else { continue }
            return TableStatus.Counter(
                packets: unsafe nftnl_expr_get_u64(expression, u16(NFTNL_EXPR_CTR_PACKETS)),
                bytes: unsafe nftnl_expr_get_u64(expression, u16(NFTNL_EXPR_CTR_BYTES)))
        }
        return nil
    }

    /// The expressions as text, counts left out.
    @unsafe private static func program(of rule: OpaquePointer) -> String {
        guard let iterator = unsafe nftnl_expr_iter_create(rule) else { return "" }
        defer { unsafe nftnl_expr_iter_destroy(iterator) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 1024)
        while let expression = unsafe nftnl_expr_iter_next(iterator) {
            let name = unsafe name(of: expression)
            guard name != counterName else {
                lines.append("[ \(counterName) ]")
                continue
            }
            let count = unsafe nftnl_expr_snprintf(&buffer, buffer.count, expression, 0, 0)
            let body = buffer.prefix(max(0, min(Int(count), buffer.count - 1))).map(UInt8.init(bitPattern:))
            lines.append("[ \(name) \(String(decoding: body, as: UTF8.self))]")
        }
        return lines.joined(separator: "\n")
    }

    private static let counterName = "counter"

    @unsafe private static func name(of expression: OpaquePointer) -> String {
        unsafe text(nftnl_expr_get_str(expression, u16(NFTNL_EXPR_NAME))) ?? ""
    }
}

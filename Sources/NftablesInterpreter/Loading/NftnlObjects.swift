import CNftnl

/// Reads one message into a fresh libnftnl object, which the caller then owns.
///
/// The bytes are copied to aligned memory first, as libmnl wants them.
@safe private func object(
    _ what: String, from message: NftMessage, _ fresh: OpaquePointer?, free: (OpaquePointer) -> Void,
    read: (UnsafePointer<nlmsghdr>, OpaquePointer) -> Int32
) throws(RulesetError) -> OpaquePointer {
    let object = try allocated(fresh, what)
    let code = unsafe message.bytes.withUnsafeBytes { bytes in
        unsafe withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 8) { copy in
            unsafe copy.copyMemory(from: bytes)
            guard let start = copy.baseAddress else { return Int32(-1) }
            return unsafe read(UnsafePointer(start.assumingMemoryBound(to: nlmsghdr.self)), object)
        }
    }
    guard code >= 0 else {
        unsafe free(object)
        throw .malformed("libnftnl cannot read a \(what) message")
    }
    return unsafe object
}

/// libnftnl's allocators give NULL only when memory is exhausted.
@safe private func allocated(_ object: OpaquePointer?, _ what: String) throws(RulesetError) -> OpaquePointer {
    guard let object = unsafe object else { throw .malformed("no memory for a \(what)") }
    return unsafe object
}

/// Attributes of a libnftnl object, each looked at only when it is set: the library's getters crash otherwise.
protocol AttributeSource: ~Copyable {
    /// The attribute's bytes as the library holds them; `nil` when it is not set.
    borrowing func data(_ attribute: UInt16) -> [UInt8]?
    borrowing func text(_ attribute: UInt16) -> String?
}

extension AttributeSource where Self: ~Copyable {
    /// A number in host order.
    borrowing func u32(_ attribute: UInt16) -> UInt32? { number(attribute) }
    borrowing func u64(_ attribute: UInt16) -> UInt64? { number(attribute) }

    private borrowing func number<Number: FixedWidthInteger>(_ attribute: UInt16) -> Number? {
        guard let bytes = data(attribute), bytes.count <= Number.bitWidth / 8 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}

/// A table as a message describes it.
@safe struct NftnlTable: ~Copyable, AttributeSource {
    private let raw: OpaquePointer

    init(_ message: NftMessage) throws(RulesetError) {
        unsafe raw = try object(
            "table", from: message, nftnl_table_alloc(), free: { unsafe nftnl_table_free($0) },
            read: { unsafe nftnl_table_nlmsg_parse($0, $1) })
    }

    deinit { unsafe nftnl_table_free(raw) }

    borrowing func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_table_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_table_get_data(raw, attribute, &length), length)
    }

    borrowing func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_table_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_table_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }
}

/// A chain as a message describes it.
@safe struct NftnlChain: ~Copyable, AttributeSource {
    private let raw: OpaquePointer

    init(_ message: NftMessage) throws(RulesetError) {
        unsafe raw = try object(
            "chain", from: message, nftnl_chain_alloc(), free: { unsafe nftnl_chain_free($0) },
            read: { unsafe nftnl_chain_nlmsg_parse($0, $1) })
    }

    deinit { unsafe nftnl_chain_free(raw) }

    borrowing func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_chain_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_chain_get_data(raw, attribute, &length), length)
    }

    borrowing func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_chain_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_chain_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }
}

/// A rule with its expressions.
@safe struct NftnlRule: ~Copyable, AttributeSource {
    private let raw: OpaquePointer

    init(_ message: NftMessage) throws(RulesetError) {
        unsafe raw = try object(
            "rule", from: message, nftnl_rule_alloc(), free: { unsafe nftnl_rule_free($0) },
            read: { unsafe nftnl_rule_nlmsg_parse($0, $1) })
    }

    deinit { unsafe nftnl_rule_free(raw) }

    borrowing func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_rule_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_rule_get_data(raw, attribute, &length), length)
    }

    borrowing func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_rule_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_rule_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }

    /// Calls `body` for each expression in order. The reader must not outlive the call.
    borrowing func forEachExpression(_ body: (NftnlExpression) throws(RulesetError) -> Void) throws(RulesetError) {
        let iterator = try unsafe allocated(nftnl_expr_iter_create(raw), "expression iterator")
        defer { unsafe nftnl_expr_iter_destroy(iterator) }
        while let expression = unsafe nftnl_expr_iter_next(iterator) {
            try body(unsafe NftnlExpression(raw: expression))
        }
    }
}

/// A set as a NEWSET message describes it, or elements as a NEWSETELEM message lists them.
@safe struct NftnlSet: ~Copyable, AttributeSource {
    private let raw: OpaquePointer

    init(_ message: NftMessage) throws(RulesetError) {
        unsafe raw = try object(
            "set", from: message, nftnl_set_alloc(), free: { unsafe nftnl_set_free($0) },
            read: { unsafe nftnl_set_nlmsg_parse($0, $1) })
    }

    init(elements message: NftMessage) throws(RulesetError) {
        unsafe raw = try object(
            "set element", from: message.withUniformElements, nftnl_set_alloc(), free: { unsafe nftnl_set_free($0) },
            read: { unsafe nftnl_set_elems_nlmsg_parse($0, $1) })
    }

    deinit { unsafe nftnl_set_free(raw) }

    borrowing func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_set_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_set_get_data(raw, attribute, &length), length)
    }

    borrowing func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_set_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_set_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }

    /// Whether the set attaches an expression other than a counter to its elements.
    borrowing func hasUnknownExpression() -> Bool {
        if unsafe nftnl_set_is_set(raw, UInt16(NFTNL_SET_EXPRESSIONS.rawValue)) { return true }
        guard unsafe nftnl_set_is_set(raw, UInt16(NFTNL_SET_EXPR.rawValue)) else { return false }
        let expression = unsafe nftnl_set_get(raw, UInt16(NFTNL_SET_EXPR.rawValue))
        return unsafe expression.map { unsafe NftnlExpression(raw: OpaquePointer($0)).name != "counter" } ?? false
    }

    /// Calls `body` for each element in order. The reader must not outlive the call.
    borrowing func forEachElement(_ body: (NftnlElement) throws(RulesetError) -> Void) throws(RulesetError) {
        let iterator = try unsafe allocated(nftnl_set_elems_iter_create(raw), "element iterator")
        defer { unsafe nftnl_set_elems_iter_destroy(iterator) }
        while let element = unsafe nftnl_set_elems_iter_next(iterator) {
            try body(unsafe NftnlElement(raw: element))
        }
    }
}

/// A set element, borrowed from its set.
@safe struct NftnlElement: AttributeSource {
    private let raw: OpaquePointer

    fileprivate init(raw: OpaquePointer) { unsafe self.raw = raw }

    func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_set_elem_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_set_elem_get(raw, attribute, &length), length)
    }

    func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_set_elem_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_set_elem_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }

    /// Whether it has an expression other than a counter.
    func hasUnknownExpression() -> Bool {
        if unsafe nftnl_set_elem_is_set(raw, UInt16(NFTNL_SET_ELEM_EXPRESSIONS)) { return true }
        guard unsafe nftnl_set_elem_is_set(raw, UInt16(NFTNL_SET_ELEM_EXPR)) else { return false }
        var length: UInt32 = 0
        let expression = unsafe nftnl_set_elem_get(raw, UInt16(NFTNL_SET_ELEM_EXPR), &length)
        return unsafe expression.map { unsafe NftnlExpression(raw: OpaquePointer($0)).name != "counter" } ?? false
    }
}

/// An expression, borrowed from its rule.
@safe struct NftnlExpression: AttributeSource {
    private let raw: OpaquePointer

    fileprivate init(raw: OpaquePointer) { unsafe self.raw = raw }

    /// `meta`, `payload`, `cmp`, …
    var name: String { text(UInt16(NFTNL_EXPR_NAME)) ?? "?" }

    func data(_ attribute: UInt16) -> [UInt8]? {
        guard unsafe nftnl_expr_is_set(raw, attribute) else { return nil }
        var length: UInt32 = 0
        return unsafe copy(nftnl_expr_get(raw, attribute, &length), length)
    }

    func text(_ attribute: UInt16) -> String? {
        guard unsafe nftnl_expr_is_set(raw, attribute) else { return nil }
        return unsafe nftnl_expr_get_str(raw, attribute).map { unsafe String(cString: $0) }
    }
}

/// Copies what a getter returned: the pointer is borrowed from the object.
@safe private func copy(_ pointer: UnsafeRawPointer?, _ length: UInt32) -> [UInt8]? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
}

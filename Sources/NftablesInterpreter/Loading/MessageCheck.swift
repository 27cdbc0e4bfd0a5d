import CNftnl

/// Checks messages against the schema before libnftnl reads them: the library ends the process over an attribute of the
/// wrong length, and crashes over an expression without a name.
struct MessageCheck {
    /// For error messages.
    private let place: String

    static func check(_ message: NftMessage) throws(RulesetError) {
        guard let schema = MessageSchema.attributes(of: message.kind) else { return }
        try MessageCheck(place: "table \(message.tableName)").check(message.attributes, schema)
    }

    /// Attributes that the schema does not list are newer than it, and libnftnl passes over them too.
    private func check(_ attributes: RawAttributes, _ schema: [UInt32: AttributeShape]) throws(RulesetError) {
        for (type, value) in attributes {
            guard let shape = schema[type] else { continue }
            try check(value, shape, type)
        }
    }

    private func check(_ value: ArraySlice<UInt8>, _ shape: AttributeShape, _ type: UInt32) throws(RulesetError) {
        switch shape {
        case .bytes, .number, .text, .value: break
        case .verdict, .nested, .expression, .list: try checkNesting(value, type)
        }
        switch shape {
        case .bytes: return
        case .number(let count):
            guard value.count == count else { throw wrong(type, "\(value.count) bytes instead of \(count)") }
        case .text:
            guard value.last == 0 else { throw wrong(type, "text without an end") }
        case .value:
            guard (1...64).contains(value.count) else { throw wrong(type, "\(value.count) bytes in a register") }
        case .nested(let schema): try check(RawAttributes(value), schema)
        case .verdict: try checkVerdict(value)
        case .expression: try checkExpression(value)
        case .list(let element, let limit):
            var count = 0
            for (_, value) in RawAttributes(value) {
                count += 1
                guard count <= limit else { throw wrong(type, "more than \(limit) elements") }
                try checkNesting(value, type)
                switch element {
                case .expression: try checkExpression(value)
                case .setElement: try check(RawAttributes(value), MessageSchema.setElement)
                case .fieldLength: try check(RawAttributes(value), [NFTA_SET_FIELD_LEN.rawValue: .number(4)])
                }
            }
        }
    }

    /// An attribute that holds others holds none, or has room for a first one's header.
    private func checkNesting(_ value: ArraySlice<UInt8>, _ type: UInt32) throws(RulesetError) {
        guard value.isEmpty || value.count >= 4 else { throw wrong(type, "\(value.count) bytes of attributes") }
    }

    private func checkVerdict(_ bytes: ArraySlice<UInt8>) throws(RulesetError) {
        try check(RawAttributes(bytes), MessageSchema.verdict)
        let code = RawAttributes(bytes).filter { $0.type == NFTA_VERDICT_CODE.rawValue }.last
        let jumps = [NFT_JUMP.rawValue, NFT_GOTO.rawValue].map { Array(UInt32(bitPattern: $0).networkOrder) }
        let namesChain = RawAttributes(bytes).contains { $0.type == NFTA_VERDICT_CHAIN.rawValue }
        guard let code, namesChain || !jumps.contains(Array(code.value)) else {
            throw .malformed("\(place): a jump to no chain")
        }
    }

    private func checkExpression(_ bytes: ArraySlice<UInt8>) throws(RulesetError) {
        let parts = Array(RawAttributes(bytes))
        let names = parts.filter { $0.type == NFTA_EXPR_NAME.rawValue }
        guard names.count == 1, names[0].value.last == 0 else {
            throw .malformed("\(place): an expression without a name")
        }
        let name = RawAttributes.text(names[0].value)
        guard let schema = MessageSchema.attributes(ofExpression: name) else {
            throw .unsupported("expression '\(name)'", at: place)
        }
        for part in parts where part.type == NFTA_EXPR_DATA.rawValue {
            try check(part.value, .nested(schema), part.type)
        }
    }

    private func wrong(_ type: UInt32, _ what: String) -> RulesetError {
        .malformed("\(place): attribute \(type): \(what)")
    }
}

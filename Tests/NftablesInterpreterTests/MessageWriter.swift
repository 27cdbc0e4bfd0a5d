import CNftnl

/// nf_tables messages written attribute by attribute: neither libnftnl nor our encoder has a hand in what the tests feed
/// to the interpreter.
struct MessageWriter {
    private(set) var bytes: [UInt8] = []
    var family = UInt8(NFPROTO_IPV4)

    typealias Attribute = [UInt8]

    mutating func add(_ kind: nf_tables_msg_types, flags: Int32 = NLM_F_APPEND, _ attributes: [Attribute]) {
        add(type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(kind.rawValue), flags: flags, attributes)
    }

    mutating func add(type: UInt16, flags: Int32 = 0, _ attributes: [Attribute]) {
        let body = [family, 0, 0, 0] + attributes.joined()
        let length = UInt32(16 + body.count)
        bytes += Self.host(length) + Self.host(type) + Self.host(UInt16(flags)) + Array(repeating: 0, count: 8) + body
    }

    mutating func table(_ name: String, flags: UInt32 = 0) {
        add(NFT_MSG_NEWTABLE, [Self.text(1, name), Self.number(UInt16(NFTA_TABLE_FLAGS.rawValue), flags)])
    }

    /// - Parameter hook: with priority; `nil` for a chain that others call.
    mutating func chain(
        _ table: String, _ name: String, hook: (nf_inet_hooks, Int32)? = nil, policy: Int32 = NF_ACCEPT,
        type: String = "filter"
    ) {
        var attributes = [Self.text(1, table), Self.text(UInt16(NFTA_CHAIN_NAME.rawValue), name)]
        if let (number, priority) = hook {
            attributes += [
                Self.nested(
                    UInt16(NFTA_CHAIN_HOOK.rawValue),
                    [
                        Self.number(UInt16(NFTA_HOOK_HOOKNUM.rawValue), number.rawValue),
                        Self.number(UInt16(NFTA_HOOK_PRIORITY.rawValue), UInt32(bitPattern: priority)),
                    ]),
                Self.number(UInt16(NFTA_CHAIN_POLICY.rawValue), UInt32(policy)),
                Self.text(UInt16(NFTA_CHAIN_TYPE.rawValue), type),
            ]
        }
        add(NFT_MSG_NEWCHAIN, attributes)
    }

    mutating func rule(
        _ table: String, _ chain: String, flags: Int32 = NLM_F_APPEND, comment: String? = nil,
        _ expressions: [Attribute],
        more: [Attribute] = []
    ) {
        var attributes = [
            Self.text(1, table), Self.text(UInt16(NFTA_RULE_CHAIN.rawValue), chain),
            Self.nested(UInt16(NFTA_RULE_EXPRESSIONS.rawValue), expressions),
        ]
        if let comment {
            let text = Array(comment.utf8) + [0]
            attributes.append(Self.attribute(UInt16(NFTA_RULE_USERDATA.rawValue), [0, UInt8(text.count)] + text))
        }
        add(NFT_MSG_NEWRULE, flags: flags, attributes + more)
    }

    /// A set of 4-byte keys, with its elements; values are verdicts for a map.
    mutating func set(
        _ table: String, _ name: String, id: UInt32, flags: UInt32 = 0,
        elements: [(key: [UInt8], flags: UInt32, verdict: Attribute?)]
    ) {
        let isMap = elements.contains { $0.verdict != nil }
        add(
            NFT_MSG_NEWSET,
            [
                Self.text(1, table), Self.text(UInt16(NFTA_SET_NAME.rawValue), name),
                Self.number(UInt16(NFTA_SET_ID.rawValue), id),
                Self.number(UInt16(NFTA_SET_FLAGS.rawValue), flags | (isMap ? UInt32(NFT_SET_MAP.rawValue) : 0)),
                Self.number(UInt16(NFTA_SET_KEY_LEN.rawValue), 4),
                Self.number(UInt16(NFTA_SET_DATA_TYPE.rawValue), 0xffff_ff00),
            ])
        add(
            NFT_MSG_NEWSETELEM,
            [
                Self.text(1, table), Self.text(UInt16(NFTA_SET_ELEM_LIST_SET.rawValue), name),
                Self.number(UInt16(NFTA_SET_ELEM_LIST_SET_ID.rawValue), id),
                Self.nested(
                    UInt16(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue),
                    elements.map { element in
                        var parts = [
                            Self.nested(
                                UInt16(NFTA_SET_ELEM_KEY.rawValue),
                                [Self.attribute(UInt16(NFTA_DATA_VALUE.rawValue), element.key)]),
                            Self.number(UInt16(NFTA_SET_ELEM_FLAGS.rawValue), element.flags),
                        ]
                        if let verdict = element.verdict {
                            parts.append(Self.nested(UInt16(NFTA_SET_ELEM_DATA.rawValue), [verdict]))
                        }
                        return Self.nested(UInt16(NFTA_LIST_ELEM.rawValue), parts)
                    }),
            ])
    }

    // Expressions

    static func expression(_ name: String, _ attributes: [Attribute] = []) -> Attribute {
        nested(
            UInt16(NFTA_LIST_ELEM.rawValue),
            [
                text(UInt16(NFTA_EXPR_NAME.rawValue), name), nested(UInt16(NFTA_EXPR_DATA.rawValue), attributes),
            ])
    }

    /// The data attribute that holds a verdict, in elements.
    static func verdictData(_ code: Int32, _ chain: String? = nil) -> Attribute {
        nested(
            UInt16(NFTA_DATA_VERDICT.rawValue),
            [number(UInt16(NFTA_VERDICT_CODE.rawValue), UInt32(bitPattern: code))]
                + (chain.map { [text(UInt16(NFTA_VERDICT_CHAIN.rawValue), $0)] } ?? []))
    }

    static func verdict(_ code: Int32, _ chain: String? = nil) -> Attribute {
        expression(
            "immediate",
            [
                number(UInt16(NFTA_IMMEDIATE_DREG.rawValue), 0),
                nested(UInt16(NFTA_IMMEDIATE_DATA.rawValue), [verdictData(code, chain)]),
            ])
    }

    /// Network header, into register 1.
    static func payload(offset: UInt32, length: UInt32, register: UInt32 = 1) -> Attribute {
        expression(
            "payload",
            [
                number(UInt16(NFTA_PAYLOAD_DREG.rawValue), register),
                number(UInt16(NFTA_PAYLOAD_BASE.rawValue), NFT_PAYLOAD_NETWORK_HEADER.rawValue),
                number(UInt16(NFTA_PAYLOAD_OFFSET.rawValue), offset), number(UInt16(NFTA_PAYLOAD_LEN.rawValue), length),
            ])
    }

    /// Register 1 equals the bytes.
    static func equals(_ value: [UInt8]) -> Attribute {
        expression(
            "cmp",
            [
                number(UInt16(NFTA_CMP_SREG.rawValue), 1), number(UInt16(NFTA_CMP_OP.rawValue), NFT_CMP_EQ.rawValue),
                nested(UInt16(NFTA_CMP_DATA.rawValue), [attribute(UInt16(NFTA_DATA_VALUE.rawValue), value)]),
            ])
    }

    /// Register 1 in a set, or its verdict from a map.
    static func lookup(_ name: String, id: UInt32, verdict: Bool = false) -> Attribute {
        expression(
            "lookup",
            [
                text(UInt16(NFTA_LOOKUP_SET.rawValue), name), number(UInt16(NFTA_LOOKUP_SET_ID.rawValue), id),
                number(UInt16(NFTA_LOOKUP_SREG.rawValue), 1),
            ] + (verdict ? [number(UInt16(NFTA_LOOKUP_DREG.rawValue), 0)] : []))
    }

    static let counter = expression("counter")

    // Attributes

    static func attribute(_ type: UInt16, _ value: [UInt8]) -> Attribute {
        host(UInt16(value.count + 4)) + host(type) + value + Array(repeating: 0, count: (4 - value.count % 4) % 4)
    }

    static func number(_ type: UInt16, _ value: UInt32) -> Attribute {
        attribute(type, [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) })
    }

    static func text(_ type: UInt16, _ value: String) -> Attribute { attribute(type, Array(value.utf8) + [0]) }

    static func nested(_ type: UInt16, _ attributes: [Attribute]) -> Attribute {
        attribute(type | UInt16(NLA_F_NESTED), Array(attributes.joined()))
    }

    private static func host<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        let bytes = stride(from: 0, to: Number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> Number($0)) }
        return Number(1).littleEndian == 1 ? bytes : bytes.reversed()
    }
}

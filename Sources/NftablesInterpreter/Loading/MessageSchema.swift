import CNftnl

/// What an attribute's value must look like (the NLA_… remarks of linux/netfilter/nf_tables.h).
enum AttributeShape {
    /// Any bytes.
    case bytes
    /// A number of that many bytes.
    case number(Int)
    /// At least the NUL that ends it.
    case text
    /// The bytes of a register: 1 to 64.
    case value
    /// A verdict's code, with the chain that a jump or goto needs.
    case verdict
    case nested([UInt32: AttributeShape])
    /// NFTA_LIST_ELEM attributes, at most so many.
    case list(AttributeElement, limit: Int = .max)
    /// One expression: its name and what belongs to that.
    case expression

    /// What the elements of a list are; apart from `AttributeShape`, which would contain itself.
    enum AttributeElement { case expression, setElement, fieldLength }
}

/// The attributes of every message and expression that the interpreter reads, by `NFTA_…` number.
enum MessageSchema {
    static func attributes(of message: UInt32) -> [UInt32: AttributeShape]? {
        switch message {
        case NFT_MSG_NEWTABLE.rawValue: table
        case NFT_MSG_NEWCHAIN.rawValue: chain
        case NFT_MSG_NEWRULE.rawValue: rule
        case NFT_MSG_NEWSET.rawValue: set
        case NFT_MSG_NEWSETELEM.rawValue: setElements
        default: nil
        }
    }

    /// `nil` for expressions that are not supported.
    static func attributes(ofExpression name: String) -> [UInt32: AttributeShape]? { expressions[name] }

    static let setElement: [UInt32: AttributeShape] = [
        NFTA_SET_ELEM_KEY.rawValue: data, NFTA_SET_ELEM_KEY_END.rawValue: data, NFTA_SET_ELEM_DATA.rawValue: data,
        NFTA_SET_ELEM_FLAGS.rawValue: .number(4), NFTA_SET_ELEM_TIMEOUT.rawValue: .number(8),
        NFTA_SET_ELEM_EXPIRATION.rawValue: .number(8), NFTA_SET_ELEM_USERDATA.rawValue: .bytes,
        NFTA_SET_ELEM_EXPR.rawValue: .expression, NFTA_SET_ELEM_OBJREF.rawValue: .text,
        NFTA_SET_ELEM_EXPRESSIONS.rawValue: .list(.expression),
    ]

    private static let table: [UInt32: AttributeShape] = [
        NFTA_TABLE_NAME.rawValue: .text, NFTA_TABLE_FLAGS.rawValue: .number(4), NFTA_TABLE_USE.rawValue: .number(4),
        NFTA_TABLE_HANDLE.rawValue: .number(8), NFTA_TABLE_USERDATA.rawValue: .bytes,
        NFTA_TABLE_OWNER.rawValue: .number(4),
    ]

    private static let chain: [UInt32: AttributeShape] = [
        NFTA_CHAIN_TABLE.rawValue: .text, NFTA_CHAIN_HANDLE.rawValue: .number(8), NFTA_CHAIN_NAME.rawValue: .text,
        NFTA_CHAIN_HOOK.rawValue: .nested([
            NFTA_HOOK_HOOKNUM.rawValue: .number(4), NFTA_HOOK_PRIORITY.rawValue: .number(4),
            NFTA_HOOK_DEV.rawValue: .text, NFTA_HOOK_DEVS.rawValue: .nested([:]),
        ]),
        NFTA_CHAIN_POLICY.rawValue: .number(4), NFTA_CHAIN_USE.rawValue: .number(4),
        NFTA_CHAIN_TYPE.rawValue: .text,
        NFTA_CHAIN_COUNTERS.rawValue: .nested([
            NFTA_COUNTER_BYTES.rawValue: .number(8), NFTA_COUNTER_PACKETS.rawValue: .number(8),
        ]),
        NFTA_CHAIN_FLAGS.rawValue: .number(4), NFTA_CHAIN_ID.rawValue: .number(4),
        NFTA_CHAIN_USERDATA.rawValue: .bytes,
    ]

    private static let rule: [UInt32: AttributeShape] = [
        NFTA_RULE_TABLE.rawValue: .text, NFTA_RULE_CHAIN.rawValue: .text, NFTA_RULE_HANDLE.rawValue: .number(8),
        NFTA_RULE_EXPRESSIONS.rawValue: .list(.expression),
        NFTA_RULE_COMPAT.rawValue: .nested(
            numbers(NFTA_RULE_COMPAT_PROTO.rawValue, NFTA_RULE_COMPAT_FLAGS.rawValue)),
        NFTA_RULE_POSITION.rawValue: .number(8), NFTA_RULE_USERDATA.rawValue: .bytes, NFTA_RULE_ID.rawValue: .number(4),
        NFTA_RULE_POSITION_ID.rawValue: .number(4), NFTA_RULE_CHAIN_ID.rawValue: .number(4),
    ]

    private static let set: [UInt32: AttributeShape] = [
        NFTA_SET_TABLE.rawValue: .text, NFTA_SET_NAME.rawValue: .text, NFTA_SET_FLAGS.rawValue: .number(4),
        NFTA_SET_KEY_TYPE.rawValue: .number(4), NFTA_SET_KEY_LEN.rawValue: .number(4),
        NFTA_SET_DATA_TYPE.rawValue: .number(4), NFTA_SET_DATA_LEN.rawValue: .number(4),
        NFTA_SET_POLICY.rawValue: .number(4),
        NFTA_SET_DESC.rawValue: .nested([
            // Sixteen fields, as many as there are registers of 4 bytes.
            NFTA_SET_DESC_SIZE.rawValue: .number(4), NFTA_SET_DESC_CONCAT.rawValue: .list(.fieldLength, limit: 16),
        ]),
        NFTA_SET_ID.rawValue: .number(4), NFTA_SET_TIMEOUT.rawValue: .number(8),
        NFTA_SET_GC_INTERVAL.rawValue: .number(4), NFTA_SET_USERDATA.rawValue: .bytes,
        NFTA_SET_OBJ_TYPE.rawValue: .number(4), NFTA_SET_HANDLE.rawValue: .number(8),
        NFTA_SET_EXPR.rawValue: .expression, NFTA_SET_EXPRESSIONS.rawValue: .list(.expression),
    ]

    private static let setElements: [UInt32: AttributeShape] = [
        NFTA_SET_ELEM_LIST_TABLE.rawValue: .text, NFTA_SET_ELEM_LIST_SET.rawValue: .text,
        NFTA_SET_ELEM_LIST_ELEMENTS.rawValue: .list(.setElement), NFTA_SET_ELEM_LIST_SET_ID.rawValue: .number(4),
    ]

    private static let data: AttributeShape = .nested([
        NFTA_DATA_VALUE.rawValue: .value, NFTA_DATA_VERDICT.rawValue: .verdict,
    ])

    static let verdict: [UInt32: AttributeShape] = [
        NFTA_VERDICT_CODE.rawValue: .number(4), NFTA_VERDICT_CHAIN.rawValue: .text,
        NFTA_VERDICT_CHAIN_ID.rawValue: .number(4),
    ]

    private static let expressions: [String: [UInt32: AttributeShape]] = [
        "meta": numbers(NFTA_META_DREG.rawValue, NFTA_META_KEY.rawValue, NFTA_META_SREG.rawValue),
        "payload": numbers(
            NFTA_PAYLOAD_DREG.rawValue, NFTA_PAYLOAD_BASE.rawValue, NFTA_PAYLOAD_OFFSET.rawValue,
            NFTA_PAYLOAD_LEN.rawValue, NFTA_PAYLOAD_SREG.rawValue, NFTA_PAYLOAD_CSUM_TYPE.rawValue,
            NFTA_PAYLOAD_CSUM_OFFSET.rawValue, NFTA_PAYLOAD_CSUM_FLAGS.rawValue),
        "cmp": numbers(NFTA_CMP_SREG.rawValue, NFTA_CMP_OP.rawValue).merging([NFTA_CMP_DATA.rawValue: data]) { $1 },
        "range": numbers(NFTA_RANGE_SREG.rawValue, NFTA_RANGE_OP.rawValue)
            .merging([NFTA_RANGE_FROM_DATA.rawValue: data, NFTA_RANGE_TO_DATA.rawValue: data]) { $1 },
        "bitwise": numbers(
            NFTA_BITWISE_SREG.rawValue, NFTA_BITWISE_DREG.rawValue, NFTA_BITWISE_LEN.rawValue,
            NFTA_BITWISE_OP.rawValue
        ).merging([
            NFTA_BITWISE_MASK.rawValue: data, NFTA_BITWISE_XOR.rawValue: data, NFTA_BITWISE_DATA.rawValue: data,
        ]) { $1 },
        "byteorder": numbers(
            NFTA_BYTEORDER_SREG.rawValue, NFTA_BYTEORDER_DREG.rawValue, NFTA_BYTEORDER_OP.rawValue,
            NFTA_BYTEORDER_LEN.rawValue, NFTA_BYTEORDER_SIZE.rawValue),
        "lookup": numbers(
            NFTA_LOOKUP_SREG.rawValue, NFTA_LOOKUP_DREG.rawValue, NFTA_LOOKUP_SET_ID.rawValue,
            NFTA_LOOKUP_FLAGS.rawValue
        ).merging([NFTA_LOOKUP_SET.rawValue: .text]) { $1 },
        "immediate": numbers(NFTA_IMMEDIATE_DREG.rawValue).merging([NFTA_IMMEDIATE_DATA.rawValue: data]) { $1 },
        "ct": numbers(NFTA_CT_DREG.rawValue, NFTA_CT_KEY.rawValue, NFTA_CT_SREG.rawValue)
            .merging([NFTA_CT_DIRECTION.rawValue: .number(1)]) { $1 },
        "exthdr": numbers(
            NFTA_EXTHDR_DREG.rawValue, NFTA_EXTHDR_OFFSET.rawValue, NFTA_EXTHDR_LEN.rawValue,
            NFTA_EXTHDR_FLAGS.rawValue, NFTA_EXTHDR_OP.rawValue, NFTA_EXTHDR_SREG.rawValue
        ).merging([NFTA_EXTHDR_TYPE.rawValue: .number(1)]) { $1 },
        "fib": numbers(NFTA_FIB_DREG.rawValue, NFTA_FIB_RESULT.rawValue, NFTA_FIB_FLAGS.rawValue),
        "limit": numbers(NFTA_LIMIT_BURST.rawValue, NFTA_LIMIT_TYPE.rawValue, NFTA_LIMIT_FLAGS.rawValue)
            .merging([NFTA_LIMIT_RATE.rawValue: .number(8), NFTA_LIMIT_UNIT.rawValue: .number(8)]) { $1 },
        "counter": [NFTA_COUNTER_BYTES.rawValue: .number(8), NFTA_COUNTER_PACKETS.rawValue: .number(8)],
        "notrack": [:],
        "reject": numbers(NFTA_REJECT_TYPE.rawValue).merging([NFTA_REJECT_ICMP_CODE.rawValue: .number(1)]) { $1 },
        "log": numbers(NFTA_LOG_SNAPLEN.rawValue, NFTA_LOG_LEVEL.rawValue, NFTA_LOG_FLAGS.rawValue).merging([
            NFTA_LOG_GROUP.rawValue: .number(2), NFTA_LOG_PREFIX.rawValue: .text,
            NFTA_LOG_QTHRESHOLD.rawValue: .number(2),
        ]) { $1 },
        "last": [NFTA_LAST_SET.rawValue: .number(4), NFTA_LAST_MSECS.rawValue: .number(8)],
        "flow_offload": [NFTA_FLOW_TABLE_NAME.rawValue: .text],
    ]

    /// Attributes that are numbers of 4 bytes, as most are.
    private static func numbers(_ types: UInt32...) -> [UInt32: AttributeShape] {
        Dictionary(uniqueKeysWithValues: types.map { ($0, .number(4)) })
    }
}

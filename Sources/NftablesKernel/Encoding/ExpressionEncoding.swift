import CNftnl
import NftablesRuleset

extension ExpressionObject {
    /// The libnftnl form of one instruction.
    static func encoding(_ expression: NftExpression) throws(KernelError) -> ExpressionObject {
        switch expression {
        case .meta(let load): try encoding(load)
        case .setMark(let store): try encoding(store)
        case .payload(let load): try encoding(load)
        case .conntrack(let load): try encoding(load)
        case .fib(let lookup): try encoding(lookup)
        case .bitwise(let mask): try encoding(mask)
        case .compare(let comparison): try encoding(comparison)
        case .range(let range): try encoding(range)
        case .lookup(let lookup): try encoding(lookup)
        case .counter: try ExpressionObject("counter")
        case .notrack: try ExpressionObject("notrack")
        case .log(let message): try encoding(message)
        case .reject(let rejection): try encoding(rejection)
        case .immediate(let verdict): try encoding(verdict)
        }
    }

    private static func encoding(_ load: MetaLoad) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("meta")
        object.set(NFTNL_EXPR_META_KEY, load.key.rawValue)
        object.set(NFTNL_EXPR_META_DREG, load.destination.number)
        return object
    }

    private static func encoding(_ load: PayloadLoad) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("payload")
        object.set(NFTNL_EXPR_PAYLOAD_BASE, load.base.rawValue)
        object.set(NFTNL_EXPR_PAYLOAD_OFFSET, load.offset)
        object.set(NFTNL_EXPR_PAYLOAD_LEN, load.length)
        object.set(NFTNL_EXPR_PAYLOAD_DREG, load.destination.number)
        return object
    }

    private static func encoding(_ load: ConntrackLoad) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("ct")
        object.set(NFTNL_EXPR_CT_KEY, load.key.rawValue)
        object.set(NFTNL_EXPR_CT_DREG, load.destination.number)
        return object
    }

    private static func encoding(_ store: MarkStore) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("meta")
        object.set(NFTNL_EXPR_META_KEY, MetaLoad.Key.mark.rawValue)
        object.set(NFTNL_EXPR_META_SREG, store.source.number)
        return object
    }

    private static func encoding(_ lookup: ReversePathLookup) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("fib")
        object.set(NFTNL_EXPR_FIB_DREG, lookup.destination.number)
        object.set(NFTNL_EXPR_FIB_RESULT, ReversePathLookup.result)
        object.set(NFTNL_EXPR_FIB_FLAGS, ReversePathLookup.flags)
        return object
    }

    private static func encoding(_ mask: BitwiseMask) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("bitwise")
        object.set(NFTNL_EXPR_BITWISE_SREG, mask.register.number)
        object.set(NFTNL_EXPR_BITWISE_DREG, mask.register.number)
        object.set(NFTNL_EXPR_BITWISE_LEN, UInt32(mask.mask.count))
        try object.set(NFTNL_EXPR_BITWISE_MASK, mask.mask)
        try object.set(NFTNL_EXPR_BITWISE_XOR, mask.xor)
        return object
    }

    private static func encoding(_ comparison: Comparison) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("cmp")
        object.set(NFTNL_EXPR_CMP_SREG, comparison.source.number)
        object.set(NFTNL_EXPR_CMP_OP, comparison.op.rawValue)
        try object.set(NFTNL_EXPR_CMP_DATA, comparison.bytes)
        return object
    }

    private static func encoding(_ range: RangeComparison) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("range")
        object.set(NFTNL_EXPR_RANGE_SREG, range.source.number)
        object.set(NFTNL_EXPR_RANGE_OP, RangeComparison.notEqualOperator)
        try object.set(NFTNL_EXPR_RANGE_FROM_DATA, range.first)
        try object.set(NFTNL_EXPR_RANGE_TO_DATA, range.last)
        return object
    }

    private static func encoding(_ lookup: SetLookup) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("lookup")
        object.set(NFTNL_EXPR_LOOKUP_SREG, lookup.source.number)
        try object.set(NFTNL_EXPR_LOOKUP_SET, lookup.set)
        if lookup.isInverted { object.set(NFTNL_EXPR_LOOKUP_FLAGS, UInt32(NFT_LOOKUP_F_INV.rawValue)) }
        if lookup.isVerdictMap { object.set(NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT.rawValue) }
        return object
    }

    private static func encoding(_ message: LogMessage) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("log")
        try object.set(NFTNL_EXPR_LOG_PREFIX, message.prefix)
        object.set(NFTNL_EXPR_LOG_LEVEL, LogMessage.level)
        return object
    }

    private static func encoding(_ rejection: Rejection) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("reject")
        object.set(NFTNL_EXPR_REJECT_TYPE, Rejection.type)
        object.set(NFTNL_EXPR_REJECT_CODE, Rejection.code)
        return object
    }

    private static func encoding(_ verdict: NftVerdict) throws(KernelError) -> ExpressionObject {
        let object = try ExpressionObject("immediate")
        object.set(NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT.rawValue)
        object.set(NFTNL_EXPR_IMM_VERDICT, verdict.kernelCode)
        if let target = verdict.target { try object.set(NFTNL_EXPR_IMM_CHAIN, target) }
        return object
    }
}

extension NftVerdict {
    /// `NF_ACCEPT`, `NF_DROP`, and `enum nft_verdicts` as the kernel carries them, 32 bits.
    var kernelCode: UInt32 {
        switch self {
        case .accept: UInt32(bitPattern: NF_ACCEPT)
        case .drop: UInt32(bitPattern: NF_DROP)
        case .return: UInt32(bitPattern: NFT_RETURN.rawValue)
        case .jump: UInt32(bitPattern: NFT_JUMP.rawValue)
        case .goto: UInt32(bitPattern: NFT_GOTO.rawValue)
        }
    }
}

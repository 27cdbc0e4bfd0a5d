import CNftnl
import NetTypes

/// `fib`: a question to the routing table (net/netfilter/nft_fib.c), answered by `PacketContext.routes`.
struct FibExpression: Sendable {
    private enum Result: Sendable { case index, name, addressType }

    private let result: Result
    private let asksSource: Bool
    private let withMark: Bool
    private let throughInput: Bool
    private let throughOutput: Bool
    private let wantsPresence: Bool
    private let target: Registers.Position

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        let flags = attributes.number(NFTNL_EXPR_FIB_FLAGS)
        func has(_ flag: nft_fib_flags) -> Bool { flags & UInt32(flag.rawValue) != 0 }
        asksSource = has(NFTA_FIB_F_SADDR)
        withMark = has(NFTA_FIB_F_MARK)
        throughInput = has(NFTA_FIB_F_IIF)
        throughOutput = has(NFTA_FIB_F_OIF)
        wantsPresence = has(NFTA_FIB_F_PRESENT)
        guard has(NFTA_FIB_F_SADDR) != has(NFTA_FIB_F_DADDR) else { throw attributes.unsupported("flags \(flags)") }
        switch attributes.number(NFTNL_EXPR_FIB_RESULT) {
        case NFT_FIB_RESULT_OIF.rawValue: result = .index
        case NFT_FIB_RESULT_OIFNAME.rawValue: result = .name
        case NFT_FIB_RESULT_ADDRTYPE.rawValue: result = .addressType
        case let other: throw attributes.unsupported("result \(other)")
        }
        if case .addressType = result, throughInput || throughOutput || wantsPresence {
            throw attributes.unsupported("the address type on one device")
        }
        let holdsName = if case .name = result { true } else { false }
        target = try attributes.register(
            NFTNL_EXPR_FIB_DREG, holding: holdsName ? PacketContext.Interface.nameLength : 4)
    }

    func run(on machine: inout Machine) -> Step {
        let asksType = if case .addressType = result { true } else { false }
        let answer = machine.packet.routes(
            FibQuery(
                wanted: asksType ? .addressType : .interface, address: address(in: machine.packet),
                mark: withMark ? machine.mark : nil))
        let through = throughInput ? machine.input : throughOutput ? machine.output : nil
        if case .interface(let found) = answer, let through, found.name != through.name {
            machine.registers.write(value(.none), at: target)
        } else {
            machine.registers.write(value(answer), at: target)
        }
        return .next
    }

    /// No route is index 0, the empty name, address type 0.
    private func value(_ answer: FibAnswer) -> [UInt8] {
        let interface: PacketContext.Interface? = if case .interface(let found) = answer { found } else { nil }
        switch result {
        case .addressType:
            if case .addressType(let type) = answer { return type.hostOrder }
            return UInt32(0).hostOrder
        case _ where wantsPresence: return [interface == nil ? 0 : 1]
        case .index: return (interface?.index ?? 0).hostOrder
        case .name: return interface?.paddedName ?? PacketContext.Interface.noName
        }
    }

    private func address(in packet: PacketContext) -> IPAddress {
        let (offset, count) = packet.family == .v4 ? (12, 4) : (8, 16)
        let start = asksSource ? offset : offset + count
        let bits = packet.bytes[start..<(start + count)].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return IPAddress(family: packet.family, bits: bits)
    }
}

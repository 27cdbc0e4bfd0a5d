import CNftnl
import NetTypes

/// `meta`: facts beside the packet's bytes (net/netfilter/nft_meta.c).
struct MetaExpression: Sendable {
    enum Fact: Hashable, Sendable {
        case length, etherType, mark, inputIndex, outputIndex, inputName, outputName, family, transportProtocol
    }

    enum Action: Hashable, Sendable {
        case load(Fact, Registers.Position)
        case setMark(Registers.Position)
        /// Tracing and queueing priority leave verdicts alone.
        case setOther
    }

    private let action: Action

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        let key = attributes.number(NFTNL_EXPR_META_KEY)
        if attributes.has(NFTNL_EXPR_META_SREG) {
            switch key {
            case NFT_META_MARK.rawValue:
                action = .setMark(try attributes.register(NFTNL_EXPR_META_SREG, holding: 4))
            case NFT_META_NFTRACE.rawValue, NFT_META_PRIORITY.rawValue: action = .setOther
            default: throw attributes.unsupported("setting key \(key)")
            }
            return
        }
        guard let fact = Self.facts[key] else { throw attributes.unsupported("key \(key)") }
        action = .load(
            fact,
            try attributes.register(
                NFTNL_EXPR_META_DREG, holding: Self.isName(fact) ? PacketContext.Interface.nameLength : 4))
    }

    private static let facts: [UInt32: Fact] = [
        NFT_META_LEN.rawValue: .length, NFT_META_PROTOCOL.rawValue: .etherType, NFT_META_MARK.rawValue: .mark,
        NFT_META_IIF.rawValue: .inputIndex, NFT_META_OIF.rawValue: .outputIndex,
        NFT_META_IIFNAME.rawValue: .inputName, NFT_META_OIFNAME.rawValue: .outputName,
        NFT_META_NFPROTO.rawValue: .family, NFT_META_L4PROTO.rawValue: .transportProtocol,
    ]

    private static func isName(_ fact: Fact) -> Bool { fact == .inputName || fact == .outputName }

    func run(on machine: inout Machine) -> Step {
        switch action {
        case .setOther: return .next
        case .setMark(let source):
            machine.mark = machine.registers.u32(source)
            return .next
        case .load(let fact, let target):
            return Self.load(fact, to: target, on: &machine)
        }
    }

    /// Breaks when the packet has no such fact: only a broken chain of IPv6 headers has no transport protocol. A missing
    /// device is the empty name and index 0.
    private static func load(_ fact: Fact, to target: Registers.Position, on machine: inout Machine) -> Step {
        let isV4 = machine.packet.family == .v4
        switch fact {
        case .length: machine.registers.write(UInt32(clamping: machine.packet.bytes.count), at: target)
        case .etherType: machine.registers.write(isV4 ? [0x08, 0x00] : [0x86, 0xdd], at: target)
        case .mark: machine.registers.write(machine.mark, at: target)
        case .inputIndex: machine.registers.write(machine.input?.index ?? 0, at: target)
        case .outputIndex: machine.registers.write(machine.output?.index ?? 0, at: target)
        case .inputName: write(machine.input, at: target, on: &machine)
        case .outputName: write(machine.output, at: target, on: &machine)
        case .family: machine.registers.write(byte: UInt8(isV4 ? NFPROTO_IPV4 : NFPROTO_IPV6), at: target)
        case .transportProtocol:
            guard let proto = machine.packet.headers.transportProtocol else { return .stop }
            machine.registers.write(byte: proto, at: target)
        }
        return .next
    }

    private static func write(
        _ interface: PacketContext.Interface?, at target: Registers.Position, on machine: inout Machine
    ) {
        machine.registers.write(interface?.paddedName ?? PacketContext.Interface.noName, at: target)
    }
}

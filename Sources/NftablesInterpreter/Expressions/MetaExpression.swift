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
            fact, try attributes.register(NFTNL_EXPR_META_DREG, holding: Self.isName(fact) ? Self.nameLength : 4))
    }

    private static let facts: [UInt32: Fact] = [
        NFT_META_LEN.rawValue: .length, NFT_META_PROTOCOL.rawValue: .etherType, NFT_META_MARK.rawValue: .mark,
        NFT_META_IIF.rawValue: .inputIndex, NFT_META_OIF.rawValue: .outputIndex,
        NFT_META_IIFNAME.rawValue: .inputName, NFT_META_OIFNAME.rawValue: .outputName,
        NFT_META_NFPROTO.rawValue: .family, NFT_META_L4PROTO.rawValue: .transportProtocol,
    ]

    /// IFNAMSIZ.
    private static let nameLength = 16

    private static func isName(_ fact: Fact) -> Bool { fact == .inputName || fact == .outputName }

    func run(on machine: inout Machine) -> Step {
        switch action {
        case .setOther: return .next
        case .setMark(let source):
            machine.mark = machine.registers.u32(source)
            return .next
        case .load(let fact, let target):
            guard let value = Self.value(of: fact, machine) else { return .stop }
            machine.registers.write(value, at: target)
            return .next
        }
    }

    /// `nil` when the packet has no such fact: only a broken chain of IPv6 headers has no transport protocol. A missing
    /// device is the empty name and index 0.
    private static func value(of fact: Fact, _ machine: Machine) -> [UInt8]? {
        switch fact {
        case .length: UInt32(machine.packet.bytes.count).hostOrder
        case .etherType: machine.packet.family == .v4 ? [0x08, 0x00] : [0x86, 0xdd]
        case .mark: machine.mark.hostOrder
        case .inputIndex: (machine.input?.index ?? 0).hostOrder
        case .outputIndex: (machine.output?.index ?? 0).hostOrder
        case .inputName: name(of: machine.input)
        case .outputName: name(of: machine.output)
        case .family: [UInt8(machine.packet.family == .v4 ? NFPROTO_IPV4 : NFPROTO_IPV6)]
        case .transportProtocol: machine.packet.headers.transportProtocol.map { [$0] }
        }
    }

    static func name(of interface: PacketContext.Interface?) -> [UInt8] {
        let name = Array((interface?.name ?? "").utf8.prefix(nameLength - 1))
        return name + Array(repeating: 0, count: nameLength - name.count)
    }
}

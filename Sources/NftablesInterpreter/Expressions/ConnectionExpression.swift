import CNftnl

/// `ct`: what connection tracking knows (net/netfilter/nft_ct.c).
struct ConnectionExpression: Sendable {
    private enum Action: Sendable {
        case loadState(Registers.Position)
        case loadStatus(Registers.Position)
        case loadMark(Registers.Position)
        case setMark(Registers.Position)
    }

    private let action: Action

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        let key = attributes.number(NFTNL_EXPR_CT_KEY)
        if attributes.has(NFTNL_EXPR_CT_SREG) {
            guard key == NFT_CT_MARK.rawValue else { throw attributes.unsupported("setting key \(key)") }
            action = .setMark(try attributes.register(NFTNL_EXPR_CT_SREG, holding: 4))
            return
        }
        let target = try attributes.register(NFTNL_EXPR_CT_DREG, holding: 4)
        switch key {
        case NFT_CT_STATE.rawValue: action = .loadState(target)
        case NFT_CT_STATUS.rawValue: action = .loadStatus(target)
        case NFT_CT_MARK.rawValue: action = .loadMark(target)
        default: throw attributes.unsupported("key \(key)")
        }
    }

    /// The state can always be loaded; everything else breaks without a connection.
    func run(on machine: inout Machine) -> Step {
        let connection = machine.visibleConnection
        switch action {
        case .loadState(let target):
            machine.registers.write(Self.stateBit(connection), at: target)
            return .next
        case .setMark(let source):
            guard case .tracked(let state, let status, _) = connection else { return .next }
            machine.connection = .tracked(state, status: status, mark: machine.registers.u32(source))
            return .next
        case .loadStatus(let target):
            guard case .tracked(_, let status, _) = connection else { return .stop }
            machine.registers.write(status, at: target)
            return .next
        case .loadMark(let target):
            guard case .tracked(_, _, let mark) = connection else { return .stop }
            machine.registers.write(mark, at: target)
            return .next
        }
    }

    /// NF_CT_STATE_BIT and its kin: invalid 1, established 2, related 4, new 8, untracked 64.
    private static func stateBit(_ connection: PacketContext.Connection) -> UInt32 {
        switch connection {
        case .invalid: 1
        case .tracked(.established, _, _): 2
        case .tracked(.related, _, _): 4
        case .tracked(.new, _, _): 8
        case .untracked: 64
        }
    }
}

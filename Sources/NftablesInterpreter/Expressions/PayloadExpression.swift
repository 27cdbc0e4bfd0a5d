import CNftnl

/// `payload`: bytes of the packet (net/netfilter/nft_payload.c).
struct PayloadExpression: Sendable {
    enum Base: Hashable, Sendable { case network, transport }

    private let base: Base
    private let offset: Int
    private let length: Int
    private let target: Registers.Position

    init(_ attributes: ExpressionAttributes) throws(RulesetError) {
        guard !attributes.has(NFTNL_EXPR_PAYLOAD_SREG) else { throw attributes.unsupported("writing to the packet") }
        switch attributes.number(NFTNL_EXPR_PAYLOAD_BASE) {
        case NFT_PAYLOAD_NETWORK_HEADER.rawValue: base = .network
        case NFT_PAYLOAD_TRANSPORT_HEADER.rawValue: base = .transport
        case let other: throw attributes.unsupported("base \(other)")
        }
        let offset = attributes.number(NFTNL_EXPR_PAYLOAD_OFFSET)
        guard offset <= UInt16.max else { throw attributes.unsupported("offset \(offset)") }
        self.offset = Int(offset)
        length = try attributes.length(NFTNL_EXPR_PAYLOAD_LEN)
        target = try attributes.register(NFTNL_EXPR_PAYLOAD_DREG, holding: length)
    }

    func run(on machine: inout Machine) -> Step {
        guard let start = start(in: machine.packet.headers), start + length <= machine.packet.bytes.count else {
            return .stop
        }
        machine.registers.write(machine.packet.bytes[start..<(start + length)], at: target)
        return .next
    }

    /// Where the bytes begin in the packet; `nil` without a transport header, or in a later fragment.
    private func start(in headers: PacketHeaders) -> Int? {
        guard base == .transport else { return offset }
        guard headers.transportProtocol != nil, headers.fragmentOffset == 0 || isFast else { return nil }
        return headers.transportOffset + offset
    }

    /// The kernel reads 1, 2 and 4 bytes at natural alignment by a shorter way, which does not ask whether the packet is
    /// a later fragment: its payload is then read as if it were a transport header (nft_payload_fast_eval).
    private var isFast: Bool { [1, 2, 4].contains(length) && offset % length == 0 }
}

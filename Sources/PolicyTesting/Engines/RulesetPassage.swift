import NetTypes
import NetworkTopology
import NftablesInterpreter

/// One packet on its way through the hooks of a node's interpreted rules, with the translation that happens between them.
struct RulesetPassage {
    private let ruleset: Ruleset
    private let topology: Topology
    private let request: EngineRequest
    private let routes: NodeRoutes
    private var mark: UInt32 = 0
    private var connection: PacketContext.Connection

    /// Connection tracking looks at a packet at this priority of prerouting and output (`NF_IP_PRI_CONNTRACK`).
    private static let tracking: Int32 = -200
    /// `IPS_DST_NAT`.
    private static let destinationTranslated: UInt32 = 0x20
    private static let loopback = PacketContext.Interface(Topology.loopbackInterface, index: 1)

    init(_ ruleset: Ruleset, _ topology: Topology, _ request: EngineRequest) {
        self.ruleset = ruleset
        self.topology = topology
        self.request = request
        routes = NodeRoutes(topology: topology, node: request.visit.node)
        connection = Self.connection(request)
    }

    /// The rules took the packet out of connection tracking.
    var isUntracked: Bool { if case .untracked = connection { request.state != .untracked } else { false } }

    private static func connection(_ request: EngineRequest) -> PacketContext.Connection {
        let status = request.visit.translation == .none ? 0 : destinationTranslated
        return switch request.state {
        case .new: .tracked(.new, status: status)
        case .established: .tracked(.established, status: status)
        case .related: .tracked(.related, status: status)
        case .invalid: .invalid
        case .untracked: .untracked
        }
    }

    mutating func verdict() throws(EngineError) -> Verdict {
        try request.visit.from == .host ? sent() : arrived()
    }

    // MARK: Ways

    private mutating func sent() throws(EngineError) -> Verdict {
        let before = interface(originalTo)
        guard try run(.output, nil, before, isTranslated: false, priorities: .min...Self.tracking) else {
            return .drop
        }
        // The route changes with the destination, but the output hook still names the first one's interface.
        guard
            try run(.output, nil, before, isTranslated: isTranslated, priorities: (Self.tracking + 1) ... .max),
            try run(.postrouting, nil, interface(to), isTranslated: isTranslated)
        else { return .drop }
        guard to == .host else { return .accept }
        guard try run(.prerouting, Self.loopback, nil, isTranslated: isTranslated, isTracked: true),
            try run(.input, Self.loopback, nil, isTranslated: isTranslated)
        else { return .drop }
        return .accept
    }

    private mutating func arrived() throws(EngineError) -> Verdict {
        let input = interface(request.visit.from)
        guard try run(.prerouting, input, nil, isTranslated: false) else { return .drop }
        if to == .host { return try run(.input, input, nil, isTranslated: isTranslated) ? .accept : .drop }
        guard try run(.forward, input, interface(to), isTranslated: isTranslated),
            try run(.postrouting, input, interface(to), isTranslated: isTranslated)
        else { return .drop }
        return .accept
    }

    /// Returns whether the packet goes on.
    private mutating func run(
        _ hook: Hook, _ input: PacketContext.Interface?, _ output: PacketContext.Interface?, isTranslated: Bool,
        isTracked: Bool = false, priorities: ClosedRange<Int32> = .min ... .max
    ) throws(EngineError) -> Bool {
        let key = isTranslated ? request.key : request.key.untranslated(request.visit.translation)
        let bytes = try RequestPacket.bytes(key, engine: .nft)
        let packet: PacketContext
        do throws(PacketFault) {
            packet = try PacketContext(
                bytes, input: input, output: output, connection: connection, isTracked: isTracked, mark: mark
            ) { [routes] query in routes.answer(query, key, input: input) }
        } catch {
            throw EngineError(engine: .nft, message: "\(key): \(error)", isEnvironment: false)
        }
        let result = ruleset.run(hook, packet, priorities: priorities)
        (mark, connection) = (result.mark, result.connection)
        return result.verdict == .accept
    }

    // MARK: Places

    /// A packet without connection keeps its destination.
    private var isTranslated: Bool { if case .tracked = connection { true } else { false } }

    private var originalTo: Attachment {
        if case .destination(_, _, let to) = request.visit.translation { to } else { request.visit.to }
    }

    private var to: Attachment { isTranslated ? request.visit.to : originalTo }

    private func interface(_ attachment: Attachment) -> PacketContext.Interface {
        guard let name = topology.interfaceName(attachment) else { return Self.loopback }
        return PacketContext.Interface(name, index: 2)
    }
}

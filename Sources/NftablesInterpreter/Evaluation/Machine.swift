import NetTypes

/// The state of one packet in one hook: registers, and what rules can change.
struct Machine {
    var registers = Registers()
    var mark: UInt32
    var connection: PacketContext.Connection
    let packet: PacketContext
    /// Devices as this hook sees them: `nil` where the packet has none yet, or no longer.
    let input: PacketContext.Interface?
    let output: PacketContext.Interface?
    /// Whether connection tracking has looked at the packet. Before that its state is `invalid`, or `untracked` after a
    /// `notrack`, and it has no connection.
    var isTracked: Bool

    init(_ packet: PacketContext, at hook: Hook) {
        self.packet = packet
        mark = packet.mark
        connection = packet.connection
        input = hook == .output ? nil : packet.input
        output = hook == .prerouting || hook == .input ? nil : packet.output
        isTracked = packet.isTracked || !hook.startsTracking
    }

    /// What `ct` expressions see.
    var visibleConnection: PacketContext.Connection {
        isTracked || connection == .untracked ? connection : .invalid
    }
}

/// What an expression does to the rule that it is part of.
enum Step: Hashable {
    /// The next expression.
    case next
    /// No match: the next rule (NFT_BREAK).
    case stop
    case verdict(RuleVerdict)
}

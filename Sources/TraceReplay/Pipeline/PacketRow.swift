public import NetTypes

/// One line of the packet list.
public struct PacketRow: Sendable, Hashable {
    /// Number in the capture, from 1.
    public var frame: Int
    public var outcome: PacketOutcome
    /// What would become of it with everything staged carried out; `nil` when nothing is staged, and where no policy is
    /// asked and so both outcomes are the same.
    public var staged: PacketOutcome?
    /// `nil` unless the two verdicts differ.
    var change: VerdictChange?
    /// Addresses and ports as in the capture; of a fragment the datagram's. `nil` where they can't be read.
    public var key: FlowKey?
    /// The frame that showed the same packet before, at another interface; its verdict is repeated here.
    public var copyOf: Int?

    public init(frame: Int, outcome: PacketOutcome, key: FlowKey?, copyOf: Int? = nil) {
        self.frame = frame
        self.outcome = outcome
        self.key = key
        self.copyOf = copyOf
    }

    init(frame: Int, _ outcome: SideBySideOutcome, key: FlowKey?, copyOf: Int? = nil) {
        self.init(frame: frame, outcome: outcome.now, key: key, copyOf: copyOf)
        staged = outcome.staged
        change = outcome.change
    }
}

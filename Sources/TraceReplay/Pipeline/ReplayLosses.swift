/// What bounded memory cost a replay.
public struct ReplayLosses: Sendable, Hashable {
    /// Connections forgotten: later packets of theirs may have been judged as new or invalid.
    public var forgottenFlows = 0
    /// Datagrams whose fragments were given up, and so are undecided.
    public var evictedDatagrams = 0
    /// Rows listed as undecided before their datagram was complete; the report counts them as they came out.
    public var rowsReleasedEarly = 0
    /// Connections forgotten by the preview alone.
    public var forgottenStagedFlows = 0

    public init(
        forgottenFlows: Int = 0, evictedDatagrams: Int = 0, rowsReleasedEarly: Int = 0, forgottenStagedFlows: Int = 0
    ) {
        self.forgottenFlows = forgottenFlows
        self.evictedDatagrams = evictedDatagrams
        self.rowsReleasedEarly = rowsReleasedEarly
        self.forgottenStagedFlows = forgottenStagedFlows
    }
}

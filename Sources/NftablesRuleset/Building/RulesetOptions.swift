public import NetworkTopology

/// Whose endpoints a table is for.
public enum RulesetView: Hashable, Sendable {
    /// Those of every node in one table: for reading, and for engines that play the whole cluster at once. Interfaces
    /// must differ between nodes; a name counts as a pod's when it has the prefix of any node.
    case cluster
    /// Those of one node, what that node loads.
    case node(NodeIndex)
}

/// How a table is written.
public struct RulesetOptions: Hashable, Sendable {
    public var tableName: String
    /// A packet and byte counter in every rule that decides or logs.
    public var countsRules: Bool
    /// FelixConfiguration `logPrefix`; a colon and a space follow in the log.
    public var logPrefix: String
    /// Conditions that all rules of a chain share are asked before the jump to it (`factor-conditions`).
    public var factorsConditions: Bool

    public init(
        tableName: String = NftTable.defaultName, countsRules: Bool = true, logPrefix: String = "calico-packet",
        factorsConditions: Bool = true
    ) {
        self.tableName = tableName
        self.countsRules = countsRules
        self.logPrefix = logPrefix
        self.factorsConditions = factorsConditions
    }
}

import Classification
import NetTypes

/// Every program of a tree as flat rule lists, for one family.
///
/// ```
/// starts[program] ─▶ rules: tier 1 rules … end-of-tier drop, tier 2 rules …, profile rules …, end
///                           │ Pass jumps behind its tier or profile; the last rule matches every packet
///                           └▶ conditions[first ..< first + count], cheap tests first
/// ```
/// The rules of a chain are laid down once per program that uses it; their conditions are shared.
struct FrozenRules: Sendable {
    var starts: [UInt32] = []
    /// Programs with at least one Log rule.
    var logs: [Bool] = []
    var rules: [FrozenRule] = []
    var conditions: [Condition] = []
    var protocolSets: [ProtocolSet] = []
    var portLists: [PortList] = []
    var portRanges: [PortRange] = []
    var portSets: [UInt32] = []
}

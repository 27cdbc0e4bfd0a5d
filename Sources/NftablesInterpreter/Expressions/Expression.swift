import CNftnl

/// One decoded nf_tables expression. Each kind has its own file: decoding, what it does to a packet, and the kernel
/// source that says so.
enum Expression: Sendable {
    case meta(MetaExpression)
    case payload(PayloadExpression)
    case compare(CompareExpression)
    case bitwise(BitwiseExpression)
    case byteorder(ByteorderExpression)
    case lookup(LookupExpression)
    case immediate(ImmediateExpression)
    case connection(ConnectionExpression)
    case extensionHeader(ExtensionHeaderExpression)
    case fib(FibExpression)
    case limit(LimitExpression)
    case counter
    case notrack
    case reject
    /// `log`, `last`, `flow_offload`: nothing that this packet's verdict depends on.
    case remark

    /// - Throws: `.unsupported` naming the expression, or the part of it, that is not known here.
    init(_ source: NftnlExpression, _ scope: ExpressionScope) throws(RulesetError) {
        let attributes = ExpressionAttributes(source, at: scope.place)
        switch source.name {
        case "meta": self = .meta(try MetaExpression(attributes))
        case "payload": self = .payload(try PayloadExpression(attributes))
        case "cmp": self = .compare(try CompareExpression(comparison: attributes))
        case "range": self = .compare(try CompareExpression(range: attributes))
        case "bitwise": self = .bitwise(try BitwiseExpression(attributes))
        case "byteorder": self = .byteorder(try ByteorderExpression(attributes))
        case "lookup": self = .lookup(try LookupExpression(attributes, scope))
        case "immediate": self = .immediate(try ImmediateExpression(attributes, scope))
        case "ct": self = .connection(try ConnectionExpression(attributes))
        case "exthdr": self = .extensionHeader(try ExtensionHeaderExpression(attributes))
        case "fib": self = .fib(try FibExpression(attributes))
        case "limit": self = .limit(try LimitExpression(attributes))
        case "counter": self = .counter
        case "notrack": self = .notrack
        case "reject": self = .reject
        case "log", "last", "flow_offload": self = .remark
        case let name: throw .unsupported("expression '\(name)'", at: scope.place)
        }
    }

    /// - Parameter sets: the ruleset's, for lookups.
    func run(on machine: inout Machine, sets: [ElementSet]) -> Step {
        switch self {
        case .meta(let expression): expression.run(on: &machine)
        case .payload(let expression): expression.run(on: &machine)
        case .compare(let expression): expression.run(on: &machine)
        case .bitwise(let expression): expression.run(on: &machine)
        case .byteorder(let expression): expression.run(on: &machine)
        case .lookup(let expression): expression.run(on: &machine, sets: sets)
        case .immediate(let expression): expression.run(on: &machine)
        case .connection(let expression): expression.run(on: &machine)
        case .extensionHeader(let expression): expression.run(on: &machine)
        case .fib(let expression): expression.run(on: &machine)
        case .limit(let expression): expression.run()
        case .counter, .remark: .next
        case .reject: .verdict(.drop)
        case .notrack: machine.exemptFromTracking()
        }
    }
}

extension Machine {
    /// Only a packet that has no connection yet can be exempted (nft_notrack_eval).
    fileprivate mutating func exemptFromTracking() -> Step {
        if case .tracked = visibleConnection { return .next }
        connection = .untracked
        return .next
    }
}

/// What names in an expression refer to.
struct ExpressionScope {
    /// For error messages: table, chain, number of the rule.
    let place: String
    /// Index into `Ruleset.sets`.
    let set: (_ name: String, _ id: UInt32?) throws(RulesetError) -> Int
    /// Decodes a verdict code and the chain that it names.
    let verdict: (_ code: UInt32, _ chain: String?) throws(RulesetError) -> RuleVerdict
    /// Key length in bytes and whether it is a map, of a set by index.
    let shape: (Int) -> SetShape
}

/// What a lookup must know of its set when it is loaded.
struct SetShape {
    enum Data: Hashable {
        case none, verdict
        case bytes(Int)
    }
    var keyLength: Int
    var data: Data
}

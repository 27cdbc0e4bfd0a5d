import NftablesRuleset
import PolicyCompiler

/// Which optimizations are made, and which one is shown.
struct PassOptions: Sendable, Equatable {
    /// Names of passes that are left out.
    let without: Set<String>
    /// `--pass`: the one to print the tree before and after of.
    let shown: String?

    /// In the order in which they run; the last is made on the nftables rules, the others on the tree.
    static let names = TreePass.all.map(\.name) + [FactorConditions.name]

    static let passOption = name("pass", help: "With -o tree: the tree before and after this pass")
    static let withoutOption = name("without-pass", help: "Leave this pass out; repeatable")
    static let noOptimize = Flag("no-optimize", help: "Leave all passes out")
    static let rows = [passOption.row, withoutOption.row, noOptimize.row]

    /// What each pass does, for the help.
    static var list: String {
        let lines =
            TreePass.all.map { (name: $0.name, summary: $0.summary) }
            + [(name: FactorConditions.name, summary: FactorConditions.summary)]
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { line in
            "  \(line.name)\(String(repeating: " ", count: width - line.name.count))  \(line.summary)"
        }.joined(separator: "\n")
    }

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let named = try arguments.values(of: Self.withoutOption)
        without = arguments.has(Self.noOptimize) ? Set(Self.names) : Set(named)
        shown = try arguments.value(of: Self.passOption)
        if let shown, without.contains(shown) {
            throw UsageError("--pass \(shown): the pass is left out", hint: "drop --without-pass or --no-optimize")
        }
    }

    /// Those that run on the tree.
    var treePasses: [TreePass] { TreePass.all(without: without) }
    var factorsConditions: Bool { !without.contains(FactorConditions.name) }
    var isDefault: Bool { without.isEmpty }

    private static func name(_ long: String, help: String) -> ValueOption<String> {
        ValueOption(long, nil, ValueShape(name: "PASS", choices: names), help: help) { (text) throws(UsageError) in
            guard names.contains(text) else { throw .notOneOf(names, found: text) }
            return text
        }
    }
}

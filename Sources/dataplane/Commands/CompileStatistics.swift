import Classification
import Diagnostics
import Matching
import NftablesRuleset
import PolicyCompiler
import Workspace

/// `compile -o stats`: what each pass removed, then the size of the tree, of the matcher's tables (in which equal rows of
/// decisions are one), and of the rules.
struct CompileStatistics {
    private struct Change {
        var pass: String
        /// `tree` or `nftables`.
        var place: String
        /// Name, before, after.
        var counts: [(name: String, before: Int, after: Int)]
    }

    private struct Table {
        /// `nil`: all endpoints together.
        var node: String?
        var counts: [(name: String, value: Int)]
    }

    private let changes: [Change]
    private let tree: [(name: String, value: Int)]
    private let decisions: [(name: String, value: Int)]
    private let tables: [Table]

    /// Of the node that was asked for, else of all.
    ///
    /// - Parameter inputs: with the tree that the options' passes make.
    init(_ options: CompileOptions, _ inputs: LoadedInputs) throws(UsageError) {
        let compiled = MatchTree.compile(inputs.cluster, passes: [])
        let reports = compiled.optimizedWithReports(by: options.passes.treePasses).reports
        let tables = try inputs.rulesets(node: options.node, factorsConditions: options.passes.factorsConditions)
        var changes = reports.map { Change(pass: $0.pass, place: "tree", counts: $0.changes) }
        if options.passes.factorsConditions {
            let before = try inputs.rulesets(node: options.node, factorsConditions: false).map(
                \.table.summary.conditions)
            let sum = (before: before.reduce(0, +), after: tables.reduce(0) { $0 + $1.table.summary.conditions })
            let counts = sum.before == sum.after ? [] : [(name: "conditions", before: sum.before, after: sum.after)]
            changes.append(Change(pass: FactorConditions.name, place: "nftables", counts: counts))
        }
        self.changes = changes
        let tree = try inputs.tree(ofNode: options.node)
        self.tree = tree.statistics.rows + [("neverHit", tree.chains.reduce(0) { $0 + $1.neverHit.count })]
        decisions = DecisionTables(tree).statistics.counts
        self.tables = tables.map { Table(node: $0.node, counts: $0.table.summary.rows) }
    }

    /// One line per count: `pass NAME tree rules 12 -> 9`, `tree rules 9`, `matcher rows 4`, `nftables rules 30`.
    var text: String {
        let passes = changes.flatMap { change in
            change.counts.isEmpty
                ? ["pass     \(change.pass) nothing"]
                : change.counts.map { "pass     \(change.pass) \(change.place) \($0.name) \($0.before) -> \($0.after)" }
        }
        let sizes = tree.map { "tree     \($0.name) \($0.value)" }
        let rows = decisions.map { "matcher  \($0.name) \($0.value)" }
        let rules = tables.flatMap { table in
            table.counts.map { "nftables \(table.node.map { $0 + " " } ?? "")\($0.name) \($0.value)" }
        }
        return (passes + sizes + rows + rules).map { $0 + "\n" }.joined()
    }

    /// The same as one object; ends in a newline.
    var json: String {
        let passes = changes.map { change in
            let counts = change.counts.map {
                "{\"count\":\"\($0.name)\",\"before\":\($0.before),\"after\":\($0.after)}"
            }
            return
                "{\"pass\":\"\(change.pass)\",\"of\":\"\(change.place)\",\"changes\":[\(counts.joined(separator: ","))]}"
        }
        let nodes = tables.map { table in
            "{\"node\":\(table.node.map(JSONText.quoted) ?? "null"),\(members(table.counts))}"
        }
        return "{\"apiVersion\":\"dataplane/v1\",\n\"kind\":\"CompileStatistics\",\n"
            + "\"passes\":[\n\(passes.joined(separator: ",\n"))],\n\"tree\":{\(members(tree))},\n"
            + "\"matcher\":{\(members(decisions))},\n"
            + "\"nftables\":[\n\(nodes.joined(separator: ",\n"))]}\n"
    }

    private func members(_ counts: [(name: String, value: Int)]) -> String {
        counts.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",")
    }
}

extension RulesetSummary {
    /// Name and value of each count, in printing order.
    fileprivate var rows: [(name: String, value: Int)] {
        [
            ("baseChains", baseChains), ("chains", chains), ("rules", rules), ("conditions", conditions),
            ("sets", sets), ("elements", elements), ("maps", maps), ("mapEntries", mapEntries),
        ]
    }
}

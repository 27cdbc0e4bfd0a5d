import Classification
import Diagnostics
import NetworkTopology
import NftablesRuleset
import PolicyIR
import Resources
import Workspace

/// `dataplane compile`: manifests to the stage that was asked for.
func runCompile(_ options: CompileOptions, _ console: Console) -> ExitStatus {
    let inputs = LoadedInputs.load(
        options.manifests, options.staging, options.edition.inputs, whatIf: options.whatIf, console)
    let status = inputs.status
    guard status == .success || options.keepsGoing else {
        console.log(.error, "nothing is printed, since objects were refused (--keep-going prints what is left)")
        return status
    }
    do throws(UsageError) {
        let text = try render(options, inputs)
        guard let file = options.saveFile else {
            console.write(text)
            return status
        }
        return status.combined(with: save(text, to: file, console))
    } catch {
        console.report([Diagnostic(.error, "compile", at: nil, error.message, hint: error.hint)])
        return .badInput
    }
}

private func save(_ text: String, to file: String, _ console: Console) -> ExitStatus {
    do throws(SystemError) {
        try SystemCalls.save(Array(text.utf8), to: file)
        return .success
    } catch {
        console.report(error)
        return .environment
    }
}

private func render(_ options: CompileOptions, _ inputs: LoadedInputs) throws(UsageError) -> String {
    switch options.format {
    case .resources: return inputs.snapshot.text
    case .ir: return inputs.cluster.text
    case .tree: return try tree(options, inputs).text
    case .json: return try tree(options, inputs).json
    case .nft: return try ruleset(options, inputs).nftText()
    case .stats: return statistics(try tree(options, inputs), try inputs.rulesets(node: options.node))
    }
}

private func ruleset(_ options: CompileOptions, _ inputs: LoadedInputs) throws(UsageError) -> NftTable {
    try inputs.ruleset(node: options.node, counters: options.counters)
}

/// Of one node, or the whole cluster's.
private func tree(_ options: CompileOptions, _ inputs: LoadedInputs) throws(UsageError) -> MatchTree {
    guard let node = options.node else { return inputs.tree }
    return inputs.tree.view(of: try inputs.node(named: node))
}

private func statistics(_ tree: MatchTree, _ tables: [(node: String?, table: NftTable)]) -> String {
    let tree = tree.statistics.rows.map { row in
        "tree     \(row.name) \(row.value)\n"
    }
    let rules = tables.flatMap { rows($0.table.summary, of: $0.node) }
    return (tree + rules).joined()
}

private func rows(_ summary: RulesetSummary, of node: String?) -> [String] {
    [
        ("baseChains", summary.baseChains), ("chains", summary.chains), ("rules", summary.rules),
        ("sets", summary.sets), ("elements", summary.elements), ("maps", summary.maps),
        ("mapEntries", summary.mapEntries),
    ].map { "nftables \(node.map { $0 + " " } ?? "")\($0.0) \($0.1)\n" }
}

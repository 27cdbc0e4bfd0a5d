import Classification
import Diagnostics
import NetworkTopology
import NftablesRuleset
import PolicyCompiler
import PolicyIR
import Resources
import Workspace

/// `dataplane compile`: manifests to the stage that was asked for.
func runCompile(_ options: CompileOptions, _ console: Console) -> ExitStatus {
    let inputs = LoadedInputs.load(
        options.manifests, options.staging, options.edition.inputs, whatIf: options.whatIf,
        judge: options.format.isOfCluster ? nil : options.node, console)
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
    var inputs = inputs
    if !options.passes.isDefault {
        inputs.tree = MatchTree.compile(inputs.cluster, passes: options.passes.treePasses)
    }
    switch options.format {
    case .resources: return inputs.snapshot.text
    case .ir: return inputs.cluster.text
    case .tree:
        if let pass = options.passes.shown { return try passText(pass, options, inputs) }
        return try inputs.tree(ofNode: options.node).text
    case .json: return try inputs.tree(ofNode: options.node).json
    case .nft: return try ruleset(options, inputs).nftText()
    case .stats: return try CompileStatistics(options, inputs).text
    case .statsJSON: return try CompileStatistics(options, inputs).json
    }
}

private func ruleset(_ options: CompileOptions, _ inputs: LoadedInputs) throws(UsageError) -> NftTable {
    try inputs.ruleset(
        node: options.node, counters: options.counters, factorsConditions: options.passes.factorsConditions)
}

/// What one pass changes: the tree, or the rules for the pass that works on those.
private func passText(
    _ name: String, _ options: CompileOptions, _ inputs: LoadedInputs
) throws(UsageError) -> String {
    let (before, after): (String, String)
    if name == FactorConditions.name {
        before = try inputs.ruleset(node: options.node, counters: options.counters, factorsConditions: false).nftText()
        after = try ruleset(options, inputs).nftText()
    } else {
        let passes = options.passes.treePasses
        let earlier = Array(passes.prefix { $0.name != name })
        var inputs = inputs
        inputs.tree = MatchTree.compile(inputs.cluster, passes: earlier)
        before = try inputs.tree(ofNode: options.node).text
        inputs.tree = inputs.tree.optimized(by: passes.filter { $0.name == name })
        after = try inputs.tree(ofNode: options.node).text
    }
    let difference = LineDifference(before, after).text(context: 3)
    return difference.isEmpty ? "\(name) changes nothing\n" : "--- before \(name)\n+++ after \(name)\n" + difference
}

extension LoadedInputs {
    /// Of one node, or the whole cluster's.
    func tree(ofNode name: String?) throws(UsageError) -> MatchTree {
        guard let name else { return tree }
        return tree.view(of: try node(named: name))
    }
}

import Classification
import Diagnostics
import NetworkTopology
import NftablesRuleset
import PolicyIR
import Resources
import Workspace

extension LoadedInputs {
    /// Reads the manifests that a command line names and reports what is wrong with them.
    ///
    /// - Parameters:
    ///   - node: whose addresses `interfaces` tell.
    ///   - judge: the node whose view alone is wanted.
    static func load(
        _ options: ManifestOptions, _ staging: StagingOptions?, _ edition: EditionInputs, whatIf: Bool,
        interfaces: [InterfaceAssignment] = [], node: String? = nil, judge: String? = nil, compiles: Bool = true,
        _ console: Console
    ) -> LoadedInputs {
        var resolve = ResolveOptions(whatIf: whatIf)
        resolve.interfaces = interfaces.map { Topology.OutsideInterface(name: $0.name, prefixes: $0.prefixes) }
        if let node { resolve.nodeAddresses = [node: interfaces.flatMap(\.addresses)] }
        resolve.staging = staging?.staging ?? .asWritten
        resolve.node = judge
        let inputs = load(
            options.paths, planned: staging?.planned ?? [], recursive: options.isRecursive, options: resolve,
            edition: edition, compiles: compiles)
        console.report(inputs.diagnostics, sources: inputs.sources)
        return inputs
    }

    /// What the inputs alone make of the exit status.
    var status: ExitStatus { diagnostics.hasErrors ? .badInput : .success }

    /// The number of a node by name; the error names the known ones.
    func node(named name: String) throws(UsageError) -> NodeIndex {
        guard let node = tree.topology.node(named: name) else {
            let known = tree.topology.nodes.map(\.name).sorted().prefix(8).joined(separator: ", ")
            throw UsageError(
                "the inputs know no node \(name)",
                hint: known.isEmpty ? "they name no node at all" : "they know \(known)")
        }
        return node
    }

    /// The tables of one node, or of all endpoints together; of each node where host endpoints forbid one for all.
    func rulesets(
        node name: String?, factorsConditions: Bool = true
    ) throws(UsageError) -> [(node: String?, table: NftTable)] {
        do throws(UsageError) {
            return [(nil, try ruleset(node: name, counters: false, factorsConditions: factorsConditions))]
        } catch {
            guard name == nil, tree.topology.nodes.count > 1 else { throw error }
            var tables: [(node: String?, table: NftTable)] = []
            for node in tree.topology.nodes {
                let table = try ruleset(node: node.name, counters: false, factorsConditions: factorsConditions)
                tables.append((node.name, table))
            }
            return tables
        }
    }

    /// The nftables rules of one node, or of all endpoints together.
    func ruleset(
        node name: String?, counters: Bool, factorsConditions: Bool = true
    ) throws(UsageError) -> NftTable {
        var view = RulesetView.cluster
        if let name { view = .node(try node(named: name)) }
        do throws(RulesetError) {
            let options = RulesetOptions(countsRules: counters, factorsConditions: factorsConditions)
            return try NftTable(tree, view: view, options: options)
        } catch {
            throw UsageError(error.diagnostic.message, hint: error.diagnostic.hint)
        }
    }
}

import Classification
import NetTypes
import NetworkTopology
import PolicyIR
public import Workspace

/// The manifests of one generated cluster.
public struct PolicySet: Hashable, Sendable {
    public var documents: [ManifestValue]

    public init(documents: [ManifestValue]) { self.documents = documents }

    /// All documents as one YAML stream.
    public var yaml: String { documents.map { "---\n" + $0.yaml }.joined() }

    /// Reads, validates, resolves and compiles the YAML text.
    public func load() -> LoadedInputs {
        withServiceLoop(LoadedInputs.load(texts: [(name: "case.yaml", bytes: Array(yaml.utf8))], options: Self.options))
    }

    /// The same with every document in a file of its own, whose name does not depend on the documents' order.
    public func loadFilePerDocument() -> LoadedInputs {
        withServiceLoop(
            LoadedInputs.load(
                texts: documents.map { (name: "\($0.identity).yaml", bytes: Array($0.yaml.utf8)) },
                options: Self.options))
    }

    /// Every node has a second interface, with an address of some nodes on it.
    private static let options = ResolveOptions(
        whatIf: false,
        interfaces: [
            Topology.OutsideInterface(
                name: secondInterface,
                prefixes: ["198.51.100.0/24", "10.0.2.0/24", "2001:db8:ffff::/48"].compactMap { IPPrefix($0) })
        ])

    static let secondInterface = "eth1"

    /// Service ranges for clusters whose configuration names their prevention: no manifest that is read sets them.
    private func withServiceLoop(_ inputs: LoadedInputs) -> LoadedInputs {
        guard documents.contains(where: { $0["spec"]?["serviceLoopPrevention"] != nil }) else { return inputs }
        var inputs = inputs
        for node in inputs.tree.nodeSettings.indices {
            inputs.tree.nodeSettings[node].serviceLoopPrefixes = Self.serviceRanges
            inputs.cluster.nodeSettings[node].serviceLoopPrefixes = Self.serviceRanges
        }
        return inputs
    }

    private static let serviceRanges = ["8.8.8.0/24", "10.0.1.0/25", "fd00::100/122", "2606:4700::/32"]
        .compactMap { IPPrefix($0) }
}

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
        LoadedInputs.load(texts: [(name: "case.yaml", bytes: Array(yaml.utf8))], options: Self.options)
    }

    /// The same with every document in a file of its own, whose name does not depend on the documents' order.
    public func loadFilePerDocument() -> LoadedInputs {
        LoadedInputs.load(
            texts: documents.map { (name: "\($0.identity).yaml", bytes: Array($0.yaml.utf8)) }, options: Self.options)
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
}

public import Classification
public import Diagnostics
import ManifestReading
public import NetworkTopology
import PolicyCompiler
public import PolicyIR
public import Resources

/// Manifests, all the way to the match tree: what every verb starts from.
public struct LoadedInputs: Sendable {
    public var snapshot: ClusterSnapshot
    public var cluster: ResolvedCluster
    public var tree: MatchTree
    /// Of reading, validating and resolving, in input order.
    public var diagnostics: [Diagnostic]
    /// For printing locations.
    public var sources: SourceMap { snapshot.sources }

    /// Reads files, directories or `-`. Never fails: what is wrong is among the diagnostics, and what is refused
    /// contributes nothing.
    ///
    /// - Parameters:
    ///   - planned: more of the same, as a planned change: their policies count as staged.
    ///   - recursive: descend into subdirectories.
    ///   - options: what resolving may do beyond reading.
    ///   - edition: whose API the manifests are of, with the addresses of domain names.
    ///   - compiles: false leaves a tree that knows who is where but no policy, for `compiled(for:)`.
    public static func load(
        _ paths: [String], planned: [String] = [], recursive: Bool, options: ResolveOptions,
        edition: EditionInputs = EditionInputs(), compiles: Bool = true
    ) -> LoadedInputs {
        var sources = SourceMap()
        var options = options
        let mapping = edition.mapping.map { DomainMapping(path: $0, sources: &sources) }
        if let mapping { options.domains = mapping.table }
        let current = read(paths, recursive, &sources)
        let planned = planned.isEmpty ? nil : read(planned, recursive, &sources)
        return compile(
            current.manifests, planned: planned?.manifests ?? [], options, edition, sources: sources,
            compiles: compiles,
            earlier: (mapping?.diagnostics ?? []) + current.diagnostics + (planned?.diagnostics ?? []))
    }

    /// The manifests with what finding them, but not reading them, has to say.
    private static func read(
        _ paths: [String], _ recursive: Bool, _ sources: inout SourceMap
    ) -> (manifests: [ReadManifest], diagnostics: [Diagnostic]) {
        let files = ManifestSource(arguments: paths, recursive: recursive, sources: &sources)
        let manifests = files.readAll()
        return (manifests, files.diagnostics + EmptyInputs.errors(files, manifests, &sources))
    }

    public static func load(_ paths: [String], recursive: Bool, whatIf: Bool) -> LoadedInputs {
        load(paths, recursive: recursive, options: ResolveOptions(whatIf: whatIf))
    }

    /// The same from manifests in memory; `name` stands for the path.
    public static func load(texts: [(name: String, bytes: [UInt8])], whatIf: Bool) -> LoadedInputs {
        load(texts: texts, options: ResolveOptions(whatIf: whatIf))
    }

    public static func load(
        texts: [(name: String, bytes: [UInt8])], planned: [(name: String, bytes: [UInt8])] = [],
        options: ResolveOptions, edition: EditionInputs = EditionInputs()
    ) -> LoadedInputs {
        var sources = SourceMap()
        let manifests = texts.map { ManifestReader.read(bytes: $0.bytes, file: sources.add($0.name)) }
        let changes = planned.map { ManifestReader.read(bytes: $0.bytes, file: sources.add($0.name)) }
        return compile(manifests, planned: changes, options, edition, sources: sources, earlier: [])
    }

    /// The same with a mapping file in memory.
    public static func load(
        texts: [(name: String, bytes: [UInt8])], mapping: (name: String, bytes: [UInt8]), options: ResolveOptions,
        edition: EditionInputs
    ) -> LoadedInputs {
        var sources = SourceMap()
        let file = sources.add(mapping.name)
        let manifests = texts.map { ManifestReader.read(bytes: $0.bytes, file: sources.add($0.name)) }
        let mapping = DomainMapping(bytes: mapping.bytes, file: file, sources: sources)
        var options = options
        options.domains = mapping.table
        return compile(manifests, planned: [], options, edition, sources: sources, earlier: mapping.diagnostics)
    }

    /// The same inputs with everything staged carried out; `nil` when nothing is staged. Compiles: ask once.
    public func enforcingStaged() -> LoadedInputs? {
        guard let cluster = cluster.enforcingStaged else { return nil }
        return LoadedInputs(
            snapshot: snapshot, cluster: cluster, tree: MatchTree.compile(cluster), diagnostics: diagnostics)
    }

    /// These inputs for questions about these endpoints and no others: what else policy says is not compiled.
    public func compiled(for ends: Set<EndpointIndex>) -> LoadedInputs {
        var inputs = self
        inputs.cluster = cluster.restricted(toPoliciesOf: ends)
        inputs.tree = MatchTree.compile(inputs.cluster)
        return inputs
    }

    private static func compile(
        _ manifests: [ReadManifest], planned: [ReadManifest], _ options: ResolveOptions, _ edition: EditionInputs,
        sources: SourceMap, compiles: Bool = true, earlier: [Diagnostic]
    ) -> LoadedInputs {
        let decoded = ResourceDecoder.decode(
            manifests: manifests, planned: planned, edition: edition.edition, sources: sources)
        let resolved = ResolvedCluster.resolve(decoded.snapshot, options: options)
        var diagnostics = earlier + (manifests + planned).flatMap(\.diagnostics)
        diagnostics += decoded.diagnostics + resolved.diagnostics
        if edition.warnsOfUnknownNames { diagnostics += UnknownDomains.warnings(decoded.snapshot, options.domains) }
        diagnostics += EmptyInputs.warnings(decoded.snapshot, besides: diagnostics)
        let cluster = resolved.cluster
        let tree =
            compiles
            ? MatchTree.compile(cluster)
            : MatchTree(topology: cluster.topology, services: cluster.services, sources: cluster.sources)
        return LoadedInputs(
            snapshot: decoded.snapshot, cluster: cluster, tree: tree, diagnostics: diagnostics.sortedForDisplay)
    }
}

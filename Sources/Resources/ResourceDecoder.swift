public import Diagnostics
public import ManifestReading

/// Manifest nodes → typed resources, validated with the rules of Calico and of the Kubernetes API server.
///
/// ```
/// documents ─ ObjectCollector ─┬─ KindRegistry ─ KindDefinition.decode ─┬─ valid ─▶ ObjectWalk ─▶ ClusterSnapshot
///          (lists, items)      └─ no kind ─▶ error                      └─ refused ─▶ errors, nothing else
/// ```
public enum ResourceDecoder {
    /// Decodes all documents of `manifests`, in their order: of two definitions of one object the later counts, with a
    /// warning. The diagnostics are those of this stage; each manifest keeps those of its reading. An object with an
    /// error contributes nothing.
    ///
    /// - Parameter planned: manifests of a planned change: their policies count as staged with action Set; other objects
    ///   are taken where `manifests` do not define them.
    public static func decode(
        manifests: [ReadManifest], planned: [ReadManifest] = [], edition: Edition = .opensource, sources: SourceMap
    ) -> (snapshot: ClusterSnapshot, diagnostics: [Diagnostic]) {
        var walk = ObjectWalk()
        walk.take(findings(manifests, edition), isPlanned: false)
        walk.take(findings(planned, edition), isPlanned: true)
        return walk.finish(sources: sources)
    }

    private static func findings(_ manifests: [ReadManifest], _ edition: Edition) -> [ObjectCollector.Finding] {
        ObjectCollector.findings(in: manifests.flatMap(\.tree.documentTrees), edition: edition)
    }

    /// Decodes single documents.
    static func decode(
        documents: some Sequence<Node>, edition: Edition = .opensource, sources: SourceMap
    ) -> (snapshot: ClusterSnapshot, diagnostics: [Diagnostic]) {
        var walk = ObjectWalk()
        walk.take(ObjectCollector.findings(in: documents, edition: edition), isPlanned: false)
        return walk.finish(sources: sources)
    }
}

public import Diagnostics
public import ManifestReading

/// Manifest nodes → typed resources, validated with the rules of Calico and of the Kubernetes API server.
///
/// ```
/// documents ─ ObjectWalk ─┬─ KindRegistry ─ KindDefinition.decode ─┬─ valid ───▶ ClusterSnapshot
///          (lists, items) └─ no kind ─▶ error                      └─ refused ─▶ errors, nothing else
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
        decode(
            documents: manifests.lazy.flatMap(\.tree.documents), planned: planned.lazy.flatMap(\.tree.documents),
            edition: edition, sources: sources)
    }

    static func decode(
        documents: some Sequence<Node>, planned: some Sequence<Node> = [], edition: Edition = .opensource,
        sources: SourceMap
    ) -> (snapshot: ClusterSnapshot, diagnostics: [Diagnostic]) {
        var walk = ObjectWalk(edition: edition)
        for document in documents { walk.visit(document) }
        for document in planned { walk.visit(planned: document) }
        return walk.finish(sources: sources)
    }
}

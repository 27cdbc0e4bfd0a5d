import Diagnostics
import Foundation
import ManifestReading
import TestSupport
import Testing

@testable import Resources

/// Manifests that a real cluster held, or that other tools' authors wrote: what is in them is not refused.
struct CorpusManifestsTests {
    /// All cases written by hand, and every tenth of the generated ones: those differ in values alone.
    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"))
    func measuredClusters() throws {
        let refusals = try Self.refusals(corpus: "truth", depth: 1) { $0.hasPrefix("hand-") || $0.hasSuffix("0") }
        print("truth: \(refusals.cases) cases decoded, \(refusals.found.count) with refused objects")
        #expect(refusals.cases > 0)
        #expect(refusals.found == [:])
    }

    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"))
    func otherToolsCases() throws {
        let refusals = try Self.refusals(corpus: "connectivity", depth: 2) { _ in true }
        print("connectivity: \(refusals.cases) cases decoded, \(refusals.found.count) with refused objects")
        #expect(refusals.cases > 0)
        #expect(refusals.found == [:])
    }

    /// Cases lie `depth` folders below the corpus. Errors are given by case, without those that say "not evaluated
    /// yet".
    private static func refusals(
        corpus: String, depth: Int, of isWanted: (String) -> Bool
    ) throws -> (cases: Int, found: [String: Set<String>]) {
        let root = try #require(Corpora.policies).appending(path: corpus)
        let files = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
            .filter { isWanted(String($0.prefix { $0 != "/" })) && $0.contains("/manifests/") && $0.hasSuffix(".yaml") }
        let cases = Dictionary(grouping: files) { $0.split(separator: "/").prefix(depth).joined(separator: "/") }
        var found: [String: Set<String>] = [:]
        for (name, files) in cases {
            var sources = SourceMap()
            let manifests = try files.sorted().map { file in
                let bytes = Array(try Data(contentsOf: root.appending(path: file)))
                return ManifestReader.read(bytes: bytes, file: sources.add(file))
            }
            let result = ResourceDecoder.decode(manifests: manifests, sources: sources)
            let errors = (manifests.flatMap(\.diagnostics) + result.diagnostics)
                .filter { $0.severity == .error }
            if !errors.isEmpty { found[name] = Set(errors.map(\.id)) }
        }
        return (cases.count, found)
    }
}

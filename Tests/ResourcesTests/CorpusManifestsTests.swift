import Diagnostics
import Foundation
import ManifestReading
import TestSupport
import Testing

@testable import Resources

/// Manifests that a real API server took, or that other tools' authors wrote: nothing in them may be refused.
struct CorpusManifestsTests {
    @Test(.enabled(if: Corpora.policies != nil, "no shared corpora"), arguments: ["truth", "traces", "connectivity"])
    func nothingRefused(_ corpus: String) throws {
        let folder = try #require(Corpora.policies).appending(path: corpus)
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
            .compactMap { $0 as? String }.filter {
                $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || ($0.hasSuffix(".json") && $0.contains("manifests"))
            }.sorted()
        var counts: [String: Int] = [:]
        for file in files {
            var sources = SourceMap()
            let id = sources.add(file)
            let data = try Data(contentsOf: folder.appending(path: file))
            let manifest = ManifestReader.read(bytes: Array(data), file: id)
            let result = ResourceDecoder.decode(manifests: [manifest], sources: sources)
            for d in manifest.diagnostics + result.diagnostics {
                let key = "\(d.severity) \(d.id) \(d.fieldPath)"
                counts[key, default: 0] += 1
                if counts[key]! < 3 { print(DiagnosticRenderer(sources: sources).text(d)) }
            }
        }
        print(
            corpus, files.count,
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: "\n"))
    }
}

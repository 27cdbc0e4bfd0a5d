import Diagnostics
import ManifestReading

@testable import Resources

/// A manifest whose text marks, with `▸`, where the findings are expected.
struct MarkedManifest {
    /// What one finding comes to in a test: `error spec.tier wrong-type`, at a place.
    struct Found: Hashable, CustomStringConvertible {
        var text: String
        var line: UInt32
        var column: UInt32
        var description: String { "\(text) @\(line):\(column)" }
    }

    let snapshot: ClusterSnapshot
    let diagnostics: [Diagnostic]
    /// Places of the marks, in order.
    let marks: [(line: UInt32, column: UInt32)]

    /// Reads and decodes `text` without its marks.
    init(_ text: String, edition: Edition = .opensource) {
        var plain = ""
        var marks: [(line: UInt32, column: UInt32)] = []
        var line: UInt32 = 1
        var column: UInt32 = 1
        for scalar in text.unicodeScalars {
            if scalar == "▸" {
                marks.append((line, column))
                continue
            }
            plain.unicodeScalars.append(scalar)
            if scalar == "\n" { line += 1 }
            column = scalar == "\n" ? 1 : column + 1
        }
        var sources = SourceMap()
        let manifest = ManifestReader.read(bytes: Array(plain.utf8), file: sources.add("test.yaml"))
        let result = ResourceDecoder.decode(manifests: [manifest], edition: edition, sources: sources)
        snapshot = result.snapshot
        diagnostics = (manifest.diagnostics + result.diagnostics).sortedForDisplay
        self.marks = marks
    }

    /// The findings, in reading order.
    var found: [Found] {
        diagnostics.map { diagnostic in
            let path = diagnostic.fieldPath.isEmpty ? "" : " \(diagnostic.fieldPath)"
            return Found(
                text: "\(diagnostic.severity.rawValue)\(path) \(diagnostic.id)", line: diagnostic.location?.line ?? 0,
                column: diagnostic.location?.column ?? 0)
        }
    }

    /// `texts` at the marks, one for each.
    func expected(_ texts: String...) -> [Found] {
        zip(texts, marks).map { Found(text: $0, line: $1.line, column: $1.column) }
            + texts.dropFirst(marks.count).map { Found(text: $0, line: 0, column: 0) }
    }
}

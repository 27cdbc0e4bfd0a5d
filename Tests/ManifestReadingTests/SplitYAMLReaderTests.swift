import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import ManifestReading

/// Parts of an input, read apart and put together, are what reading it as one gives; or there is no split.
@Suite struct SplitYAMLReaderTests {
    private static let file = SourceFileID(0)

    private enum Outcome {
        case equal
        case notSplit
        case different
    }

    /// With cuts at every place where one can be.
    private func compareSplit(_ bytes: [UInt8], partBytes: Int = 1) -> Outcome {
        guard let text = try? InputText(bytes),
            let split = SplitYAMLReader.read(text, file: Self.file, partBytes: partBytes)
        else { return .notSplit }
        var problems = ReadingProblems(file: Self.file)
        let complete = YAMLDocumentReader.read(text, &problems).finish(file: Self.file, isJSON: false)
        guard problems.diagnostics.isEmpty, !split.parts.isEmpty else { return .different }
        return split.outline == complete.outline ? .equal : .different
    }

    @Test(arguments: [
        "apiVersion: v1\nitems:\n- a: 1\n- b: |\n    x\n\n\n- c\n-\n- - d\n  - e\nkind: List\n",
        "items:\n- a: 1\n- b: 2", "items:\n  - a: 1\n  - b:\n  # c\n\n  - c: 2\nkind: List\n---\nx: y\n",
        "items:\n- a: é\n- b: ü\nkind: ö\n", "# c\n\nx:\n  z: z\nitems:\n- a: b\n   c\n- d # e\n\n# f\nkind: List\n",
        "items:\n- a: 'it''s\n  so'\n- {b: c}\n- [d]\n# end\n", "a: 1\n---\nb: 2\n---\n---\nc:\n- x\n",
        "---\na: |\n  x\n---\n- b\n- c\n", "# c\n---\na: é\n---\n# only\n---\nb: 1",
    ])
    func partsMakeTheWhole(text: String) { #expect(compareSplit(Array(text.utf8)) == .equal, "\(text)") }

    /// What looks like an item or a document, but is none; and what only the complete reader can tell.
    @Test(arguments: [
        "items:\n- a: \"x\n- y\"\n- b: 1\n", "items:\n- a: 'x\n- y\n  z'\n- b\n", "items:\n- a: [b,\n- c]\n",
        "a: \"\nitems:\n- x\n- y\"\n", "items:\n- a: &x 1\n- b: *x\n", "items:\n- a: 1\r\n- b: 2\r\n",
        "items:\n- a: 1\n- b: 1\n  b: 2\n", "items:\n- a\n- b\n c: d\n", "items:\n- a: 1\n-\tb: 2\n- c\n",
        "items:\n- a: 1\n- b: 2\n  - c\n- d\n", "items:\n- a: !!str 1\n- b: 2\n", "a: \"x\n---\ny\"\n---\nb: 1\n",
        "%YAML 1.1\n---\na: 1\n---\nb: 2\n", "a: &x 1\n---\nb: *x\n", "items:\n  - a: 1\n  - b: 2\n - c\n",
        "items:\n- a: 1\n", "text\n", "", "items:\n", "items: []\nkind: List\n",
        "items:\n- a: 1\n- b: 2\nitems:\n- c: 3\n",
        "items:\n- a: 1\n- b: 2\nkind: x: y\n", "items:\n- a: |\n    - x\n   - y\n- z\n",
    ])
    func noSplitWithoutProof(text: String) {
        #expect(compareSplit(Array(text.utf8)) == .notSplit, "\(text.debugDescription)")
    }

    /// Text that looks like items within a literal scalar is no obstacle: it is indented deeper.
    @Test func literalsThatLookLikeItems() {
        let text = "items:\n- a: |\n    - b: 1\n    - c: 2\n    ---\n- d: >\n    - e\n"
        #expect(compareSplit(Array(text.utf8)) == .equal)
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func itemsAtRandom(seed: UInt64) throws {
        var soup = YAMLSoup(seed: seed)
        var counts: [Outcome: Int] = [:]
        for number in 0..<3000 {
            let lines = soup.text().split(separator: "\n", omittingEmptySubsequences: false)
            let item = "-\n" + lines.map { "  \($0)\n" }.joined()
            var text = "kind: List\nitems:\n- a: 1\n\(item)- b: 2\n"
            if number % 3 == 0 { text = "---\na: 1\n---\n" + lines.joined(separator: "\n") + "\n---\nb: 2\n" }
            let result = compareSplit(Array(text.utf8))
            counts[result, default: 0] += 1
            try #require(result != .different, "seed \(seed): \(text.debugDescription)")
        }
        #expect(counts[.equal, default: 0] > 50)
    }

    @Test func damagedLists() throws {
        let item =
            "- apiVersion: v1\n  metadata:\n    name: \"x\"\n    labels: {a: b}\n  data: |\n    - x\n  note: 'a\n    b'\n"
        let good = Array("apiVersion: v1\nitems:\n\(item)\(item)\(item)kind: List\nmetadata: {}\n".utf8)
        var damage = Damage(seed: 3)
        for _ in 0..<10_000 {
            let bytes = damage.damaged(good)
            let outcome = compareSplit(bytes, partBytes: 40)
            try #require(outcome != .different, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    @Test func sizeAndCoresDecide() throws {
        let item = "- metadata:\n    name: x\n    labels:\n      app: web\n"
        let large = try InputText(Array(("items:\n" + String(repeating: item, count: 20_000)).utf8))
        #expect(SplitYAMLReader.read(large, file: Self.file, cores: 1) == nil)
        let tree = try #require(SplitYAMLReader.read(large, file: Self.file, cores: 2))
        #expect(tree.parts.count > 1)
        let items = try #require(tree.documents.first?["items"])
        #expect(items.count == 20_000 && items.elements.reduce(0) { count, _ in count + 1 } == 20_000)
        #expect(items.elementGroups(ofAbout: 100).map(\.count) == tree.parts.map(\.roots.count))
        let whole = try #require(BlockYAMLReader.read(large, file: Self.file))
        #expect(tree.outline == whole.outline)
        let groups = try #require(whole.documents.first?["items"]).elementGroups(ofAbout: 3000)
        #expect(groups.map(\.count) == [3000, 3000, 3000, 3000, 3000, 3000, 2000])
        #expect(groups.flatMap { $0.flatMap(\.outline) } == items.elements.flatMap(\.outline))
    }

    @Test(.enabled(if: Corpora.policies != nil, "no corpora beside the checkout"))
    func corpusManifests() throws {
        let root = try #require(Corpora.policies)
        var counts: [Outcome: Int] = [:]
        for file in manifests(below: root) {
            let result = compareSplit([UInt8](try Data(contentsOf: file)), partBytes: 64)
            counts[result, default: 0] += 1
            #expect(result != .different, "\(file.path)")
        }
        print("split reading: \(counts[.equal, default: 0]) files, not split \(counts[.notSplit, default: 0])")
        #expect(counts[.equal, default: 0] > 100)
    }
}

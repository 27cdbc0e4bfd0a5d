import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import ManifestReading

/// The fast reader beside the complete one: what it answers must be the same to the last column, and what it can't answer
/// it must hand over.
@Suite struct BlockYAMLReaderTests {
    @Test(arguments: [
        "a: 1\nb: two\n", "a:\n  b:\n    c: x\n  d: y\n", "a:\n- 1\n- 2\nb: z\n", "a:\n  - 1\n  - b: 2\n    c: 3\n",
        "- - 1\n  - 2\n- - 3\n", "a:\nb:\n- \n-\n- c:\n", "a: # nothing\nb: x # comment\n# all\nc: \"x\" # y\n",
        "a: \"q\\\"\\n\\u00e9\\\\\"\n'b': 'it''s'\n\"c\": ''\n",
        "a: \"x\n\n  y\n  z\"\nb: 'x\n  y'\nc: \"x\\\n   \\ y\"\n",
        "a: one\n  two\n\n  three\nb: x\n   y # c\n", "- one\n  two\n- three\n", "a:\n- one\n two\n- three\n",
        "a:\n  long text\n  goes on\nb: c\n", "a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\n\nc: |+\n  x\n\n",
        "- |\n x\n- |2\n   x\n",
        "a: >\n  x\n  y\n\n  z\n    more\n  back\nb: >-\n  a\n\n\n  b\n", "a: |\n\n\n  x\nb: |\nc: 1\n",
        "a: []\nb: {}\nc: [x, \"y\", 'z', 1, true, {k: v, \"q\": [1]}]\nd: {a: b, c: [d], }\n", "- {a: b}\n- [c]\n",
        "---\na: 1\n---\nb: 2\n", "# c\n---\n---\na: 1\n--- # x\n# only\n---\n", "a: 1", "a:", "- ", "-", "a: |\n  x",
        "a: yes\nb: 0x1f\nc: 1e3\nd: ~\ne: null\nf: 12:30:45\ng: -1\nh: .5\ni: 2001-01-01\nj: \"1\"\n",
        "é: ü\nab: [ö, x]\nñ: {ß: 漢字}\n", "a: b: c", "a:b: c\n", "a :  b\n\"q\" : r\n", "  a: 1\n  b: 2\n",
        "http://x: y\na#b: c#d\nx: a?b\n", "key with blanks: value with blanks  \n", "a: -b\nc: --- d\ne: -\tx\n",
        "items:\n- a: 1\n  b: x\n- a: 2\nkind: List\n",
    ])
    func equalsTheCompleteReader(text: String) throws {
        try #require(compare(Array(text.utf8)) != .different, "\(text)")
    }

    /// What the fast reader is for: none of these may go to the complete one.
    @Test(arguments: [
        "apiVersion: v1\nitems:\n- metadata:\n    name: x\n  spec: {}\nkind: List\n", "a: |\n  x\nb: \"c\"\n",
        "message: 'one\n  two'\nnext: a b\n  c\n", "---\na: [x, y]\n---\nb: {c: d} # e\n",
    ])
    func answersWhatToolsPrint(text: String) { #expect(compare(Array(text.utf8)) == .equal) }

    /// Errors, warnings, and what is rare.
    @Test(arguments: [
        "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: &x 1\nb: *x\n", "a: !!str 1\n", "%YAML 1.1\n---\na: 1\n", "1: a\n",
        "yes: a\n", "~: a\n", "a: .inf\n", "<<: {a: 1}\n", "? a\n: b\n", "a:\n\t- b\n", "a: b\r\n", "a: b\tc\n",
        "a: \u{85}\n", "a: \u{7f}\n", "a: b: c\n", "a:\n- b\n c: d\n", "- a\nb: c\n", "a: 'x\n", "a: [b\n",
        "a: b\n  c: d\n",
        "a:\nb\n", "text\n", "[a]\n", "a: 1\n...\n", "\u{feff}a: 1\n b: 2\n", "a: \"x\n--- y\"\n", "a: [b: c]\n",
        "a: {b}\n",
        "a: @b\n", "a: `b\n", "a: %b\n", "a: - b\n", "- a: 1\n - b\n", "a: 'b' c\n", "a: |x\n", "a: |\n\tb\n",
    ])
    func handsOver(text: String) { #expect(compare(Array(text.utf8)) == .handedOver) }

    @Test func hugeMappingsAndDeepNestingAreHandedOver() {
        let keys = (0...BlockYAMLReader.keyLimit).map { "k\($0): v\n" }.joined()
        #expect(compare(Array(keys.utf8)) == .handedOver)
        #expect(compare(Array(keys.dropFirst("k0: v\n".count).utf8)) == .equal)
        let deep = String(repeating: "- ", count: BlockYAMLReader.depthLimit + 1) + "a\n"
        #expect(compare(Array(deep.utf8)) == .handedOver)
        #expect(compare(Array(("a: " + String(repeating: "[", count: 1 << 16)).utf8)) == .handedOver)
        #expect(compare(Array(("\(String(repeating: "k", count: 1001)): v").utf8)) == .handedOver)
    }

    /// Lines put together at random: most are no YAML, and both readers must see it.
    @Test(arguments: 0..<24 as Range<UInt64>) func linesAtRandom(seed: UInt64) throws {
        var soup = YAMLSoup(seed: seed)
        var counts: [Comparison: Int] = [:]
        for _ in 0..<2000 {
            let text = soup.text()
            let result = compare(Array(text.utf8))
            counts[result, default: 0] += 1
            try #require(result != .different, "seed \(seed): \(text.debugDescription)")
        }
        #expect(counts[.equal, default: 0] > 100)
    }

    @Test func damagedInputs() throws {
        let good = Array(
            """
            apiVersion: v1
            items:
            - metadata:
                annotations:
                  a: "{\\"x\\":[1]}"
                  b: |
                    text
                      more

                labels: {app: web, "x": 'y'}
                name: long text that
                  goes on
              spec:
                ports: [80, http]
            - kind: 'it''s'
              empty:
            kind: List

            """.utf8)
        var damage = Damage(seed: 7)
        for _ in 0..<20_000 {
            let bytes = damage.damaged(good)
            try #require(compare(bytes) != .different, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    @Test(.enabled(if: Corpora.policies != nil, "no corpora beside the checkout"))
    func corpusManifests() throws {
        let root = try #require(Corpora.policies)
        var counts: [Comparison: Int] = [:]
        var damage = Damage(seed: 11)
        for (number, file) in manifests(below: root).enumerated() {
            let bytes = [UInt8](try Data(contentsOf: file))
            let result = compare(bytes)
            counts[result, default: 0] += 1
            #expect(result != .different, "\(file.path)")
            guard number % 8 == 0, bytes.count < 8_000 else { continue }
            for _ in 0..<3 {
                let damaged = damage.damaged(bytes)
                let text = String(decoding: damaged, as: UTF8.self)
                #expect(compare(damaged) != .different, "\(file.path): \(text.debugDescription)")
            }
        }
        print("fast reader: \(counts[.equal, default: 0]) files, handed over \(counts[.handedOver, default: 0])")
        #expect(counts[.equal, default: 0] > counts[.handedOver, default: 0])
    }
}

/// YAML files in a folder and below, by path.
func manifests(below root: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
    return all.compactMap { $0 as? URL }.filter { ["yaml", "yml"].contains($0.pathExtension) }
        .sorted { $0.path < $1.path }
}

enum Comparison {
    case equal
    case handedOver
    case different
}

/// The fast reader's tree beside the complete reader's.
func compare(_ bytes: [UInt8]) -> Comparison {
    guard let text = try? InputText(bytes), let fast = BlockYAMLReader.read(text, file: SourceFileID(0)) else {
        return .handedOver
    }
    var problems = ReadingProblems(file: SourceFileID(0))
    let complete = YAMLDocumentReader.read(text, &problems).finish(file: SourceFileID(0), isJSON: false)
    guard problems.diagnostics.isEmpty else { return .different }
    return fast.outline == complete.outline ? .equal : .different
}

extension NodeTree {
    /// Every value with its place, type and text.
    var outline: [String] { documents.flatMap(\.outline) }
}

extension Node {
    var outline: [String] {
        switch kind {
        case .scalar: ["\(place) \(record.isPlain) \(scalarType.map { "\($0)" } ?? "") \(text.debugDescription)"]
        case .sequence: ["\(place) [\(count)"] + elements.flatMap(\.outline)
        case .mapping: ["\(place) {\(count)"] + entries.flatMap { $0.key.outline + $0.value.outline }
        }
    }
}

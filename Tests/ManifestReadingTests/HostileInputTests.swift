import Diagnostics
import ManifestReading
import Testing

@Suite struct HostileInputTests {
    @Test func aliasBombs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let manifest = read("ok: 1\n---\n" + text)
        #expect(manifest.rendered == ["{ok:i1}"])
        #expect(manifest.diagnostics.map(\.id) == ["excessive-aliases"])
        #expect((manifest.diagnostics.first?.location?.line ?? 0) > 5)
    }

    @Test func mergeBombs() {
        var text = "a0: &a0 {\((0..<50).map { "k\($0): 1" }.joined(separator: ", "))}\n"
        for level in 1...9 {
            let list = (0..<10).map { "{m\($0): *a\(level - 1), <<: *a\(level - 1)}" }.joined(separator: ", ")
            text += "a\(level): &a\(level) {<<: [\(list)]}\n"
        }
        let manifest = read(text)
        #expect(manifest.tree.documents.isEmpty)
        #expect(manifest.diagnostics.filter { $0.severity == .error }.map(\.id) == ["excessive-aliases"])
    }

    @Test func manyHonestAliases() {
        let manifest = read("a: &a {p: 1, q: 2}\nb:\n" + String(repeating: "- *a\n", count: 20_000))
        #expect(manifest.findings.isEmpty)
        #expect(manifest.tree.documents.first?["b"]?.count == 20_000)
    }

    @Test func nestingUpToTheLimit() {
        let depth = ManifestLimits.depth
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let nested = { (n: Int) in String(repeating: open, count: n) + String(repeating: close, count: n) }
            #expect(read("--- " + nested(depth) + "\n").findings.isEmpty)
            #expect(read("--- " + nested(depth + 1) + "\n").diagnostics.map(\.id) == ["nesting-too-deep"])
        }
        let json = { (n: Int) in String(repeating: "[", count: n) + String(repeating: "]", count: n) }
        #expect(read(json(depth)).findings.isEmpty)
        #expect(read(json(depth + 1)).findings == ["1:\(depth + 1) error nesting-too-deep"])
        #expect(read(#"{"a":"# + json(depth) + "}").diagnostics.map(\.id) == ["nesting-too-deep"])
    }

    @Test(arguments: ["[", "{", "- ", "? ", "--- [", "[{\"a\":", "&a ", "!", "[\"", "*", "a: ", "| ", "{\"a\":["])
    func oneMebibyteOf(piece: String) {
        let manifest = read(String(repeating: piece, count: (1 << 20) / piece.utf8.count))
        #expect(manifest.tree.documents.isEmpty)
        #expect(manifest.diagnostics.hasErrors)
    }

    @Test func aliasesCannotNestBeyondTheLimit() {
        let open = String(repeating: "[", count: 600)
        let close = String(repeating: "]", count: 600)
        #expect(read("a: &a \(open)\(close)\nb: \(open)*a\(close)\n").diagnostics.map(\.id) == ["nesting-too-deep"])
    }

    @Test func invalidUTF8HasItsPlace() {
        let yaml = read(bytes: Array("a: 1\n---\nä: x".utf8) + [0xff] + Array("\n".utf8))
        #expect(yaml.findings == ["3:5 error invalid-encoding"])
        let json = read(bytes: Array("{\n\"ä\": \"x".utf8) + [0xc3] + Array("\"}".utf8))
        #expect(json.findings == ["2:8 error invalid-encoding"])
    }

    @Test func nulBytes() {
        #expect(read("a: b\u{0}c\n").findings == ["1:5 error yaml-syntax"])
        #expect(read("{\"a\":\"b\u{0}\"}").diagnostics.map(\.id) == ["json-syntax"])
        #expect(read("{\"a\":\"b\\u0000c\"}").tree.documents.first?["a"]?.text == "b\u{0}c")
        #expect(read("a: \"b\\0c\"\n").tree.documents.first?["a"]?.text == "b\u{0}c")
        #expect(read(bytes: [UInt8](repeating: 0, count: 4096)).diagnostics.map(\.id) == ["yaml-syntax"])
    }

    @Test func keysOfOneMappingInLinearTime() {
        let manifest = read("{" + (0..<200_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}")
        #expect(manifest.findings.isEmpty)
        #expect(manifest.tree.documents.first?.count == 200_000)
    }

    @Test func problemsAreListedUpToALimit() {
        let manifest = read(String(repeating: "a: 1\n", count: ManifestLimits.problems + 5))
        #expect(manifest.diagnostics.count == ManifestLimits.problems + 1)
        #expect(manifest.diagnostics.last?.id == "more-problems")
        #expect(manifest.diagnostics.last?.message.hasPrefix("4 more problems") == true)
        #expect(manifest.diagnostics.last?.severity == .warning)
    }

    /// Random damage to a good manifest must give documents or diagnostics, never a crash.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func damagedInputs(seed: UInt64) {
        var random = Damage(seed: seed)
        let yaml = Array(
            "a: &x {b: [1, 'c', \"d\\n\"], <<: {e: ~}}\n? f\n: *x\n--- # g\n- |\n  h\n- !!int 5\n...\n".utf8)
        let json = Array(#"{"a":[1,-2.5e3,null,true,"b\u00e9\ud83d\ude00"],"c":{"d":[]}} {"e":"f"}"#.utf8)
        for _ in 0..<1500 {
            for original in [yaml, json] {
                let manifest = read(bytes: random.damaged(original))
                _ = manifest.rendered
                #expect(manifest.diagnostics.allSatisfy { $0.location != nil }, "seed \(seed)")
            }
        }
    }
}

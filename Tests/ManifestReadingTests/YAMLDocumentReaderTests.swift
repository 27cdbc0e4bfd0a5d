import Diagnostics
import ManifestReading
import Testing

@Suite struct YAMLDocumentReaderTests {
    @Test func documentsAndEmptyOnes() {
        let manifest = read("# only a comment\n---\n---\na: 1\n...\n---\n# nothing\n---\n- x\n---\nnull\n---\n~\n")
        #expect(manifest.rendered == ["{a:i1}", "[\"x\"]"])
        #expect(manifest.findings.isEmpty)
        #expect(!manifest.isJSON)
    }

    @Test(arguments: ["", "# c\n", "---\n", "---\n...\n", "\u{feff}", " \n\n"])
    func nothing(text: String) {
        let manifest = read(text)
        #expect(manifest.tree.documents.isEmpty)
        #expect(manifest.findings.isEmpty)
    }

    @Test func contentAfterMarkers() {
        #expect(read("--- {a: b}\n--- |\n  text\n... # end\n--- 5\n").rendered == ["{a:\"b\"}", "\"text\n\"", "i5"])
    }

    @Test func placesCountScalarsFromOne() throws {
        let manifest = read("---\nä: [b, {c: d}]\né:\n  - x\n  -\n")
        let root = try #require(manifest.tree.documents.first)
        #expect(root.place == "2:1")
        let list = try #require(root["ä"])
        #expect(list.place == "2:4")
        #expect(list.elements.map(\.place) == ["2:5", "2:8"])
        #expect(list.elements.compactMap { $0["c"]?.place } == ["2:12"])
        #expect(try #require(root["é"]).elements.map(\.place) == ["4:5", "5:4"])
    }

    @Test func blockScalarsAndQuoting() {
        let manifest = read("a: |\n  x\n  y\nb: >-\n  p\n  q\nc: 'it''s'\nd: \"\\u00e9\\n\"\ne: \"12\"\nf: plain text\n")
        #expect(
            manifest.rendered == ["{a:\"x\ny\n\",b:\"p q\",c:\"it's\",d:\"é\n\",e:\"12\",f:\"plain text\"}"])
    }

    @Test func aliasStandsWhereItIsWritten() throws {
        let manifest = read("a: &x\n  k: [1, 2]\nb: *x\nc: *x\n")
        #expect(manifest.rendered == ["{a:{k:[i1,i2]},b:{k:[i1,i2]},c:{k:[i1,i2]}}"])
        let copy = try #require(manifest.tree.documents.first?["b"])
        #expect(copy.place == "3:4")
        #expect(copy["k"]?.place == "2:6")
    }

    @Test func anchorsMayBeRedefinedAndEndWithTheirDocument() {
        #expect(read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").rendered == ["{a:i1,b:i1,c:i2,d:i2}"])
        let manifest = read("a: &x 1\n---\nb: *x\n")
        #expect(manifest.rendered == ["{a:i1}"])
        #expect(manifest.findings == ["3:4 error unknown-anchor"])
    }

    @Test func anchorContainingItself() {
        #expect(read("a: &x [1, *x]\n").findings == ["1:11 error recursive-alias"])
    }

    @Test func aliasAsKey() {
        #expect(read("a: &k name\n*k : 1\n").rendered == ["{a:\"name\",name:i1}"])
        #expect(read("a: &k [1]\n*k : 1\n").findings == ["2:1 error invalid-key"])
    }

    @Test func duplicateKeysAreKeptAndReportedWithBothPlaces() throws {
        let manifest = read("a: 1\nb: {x: 1, x: 2}\na: 3\n")
        #expect(manifest.rendered == ["{a:i1,b:{x:i1,x:i2},a:i3}"])
        #expect(manifest.tree.documents.first?["a"]?.text == "3")
        #expect(manifest.findings == ["2:11 warning duplicate-key", "3:1 warning duplicate-key"])
        #expect(manifest.diagnostics[1].notes.map { $0.location?.line } == [1])
    }

    @Test func manyKeysAreHashed() {
        let lines = (0..<200).map { "k\($0): \($0)\n" }.joined()
        let manifest = read(lines + "k7: again\n")
        #expect(manifest.findings == ["201:1 warning duplicate-key"])
        #expect(manifest.tree.documents.first?["k7"]?.text == "again")
    }

    @Test func keysThatAreNoStrings() {
        let manifest = read("8080: a\non: b\n0x10: c\n1.5: d\ntrue: e\n1e3: f\n\"off\": g\n")
        #expect(manifest.rendered == ["{8080:\"a\",true:\"b\",16:\"c\",1.5:\"d\",true:\"e\",1000:\"f\",off:\"g\"}"])
        #expect(
            manifest.findings == [
                "2:1 warning rewritten-key", "3:1 warning rewritten-key", "6:1 warning rewritten-key",
                "5:1 warning duplicate-key",
            ])
    }

    @Test(arguments: ["? [a]\n: 1\n", "{a: 1}: 2\n", "~: 1\n", "null: 1\n"])
    func badKeys(text: String) {
        let manifest = read(text + "---\nok: 1\n")
        #expect(manifest.rendered == ["{ok:i1}"])
        #expect(manifest.diagnostics.map(\.id) == ["invalid-key"])
    }

    @Test func tags() {
        let text = "a: !!str 12\nb: !!int \"12\"\nc: !!float 3\nd: !!bool yes\ne: !!null ~\nf: !!binary aGk=\ng: ! 5\n"
        #expect(read(text).rendered == ["{a:\"12\",b:i12,c:f3,d:byes,e:n,f:\"hi\",g:i5}"])
        #expect(read(text).findings.isEmpty)
    }

    @Test(arguments: [
        ("a: !thing 1\n", "1:4 error unknown-tag"), ("a: !!set {x}\n", "1:4 error unknown-tag"),
        ("a: !!int x\n", "1:4 error tag-mismatch"), ("a: !!binary '*'\n", "1:4 error tag-mismatch"),
        ("a: .inf\n", "1:4 error non-finite-number"), ("a: [1, -.INF]\n", "1:8 error non-finite-number"),
    ])
    func errorsThatDropTheirDocumentAlone(text: String, finding: String) {
        let manifest = read("x: 1\n---\n".replacing("\n", with: "\n") + text + "---\ny: 2\n")
        #expect(manifest.rendered == ["{x:i1}", "{y:i2}"])
        #expect(manifest.findings == [finding.replacing("1:", with: "3:", maxReplacements: 1)])
    }

    @Test func syntaxErrorKeepsEarlierDocuments() {
        let manifest = read("a: 1\n---\nb: [1,\nc: 2\n---\nd: 1\n")
        #expect(manifest.rendered == ["{a:i1}"])
        #expect(manifest.diagnostics.count == 1)
        #expect(manifest.diagnostics[0].id == "yaml-syntax")
        #expect(manifest.messages[0].contains("did not find expected ',' or ']'"))
    }

    @Test func tabs() {
        let manifest = read("a:\n\tb: 1\n")
        #expect(manifest.findings == ["2:1 error yaml-syntax"])
        #expect(manifest.messages[0].contains("found character that cannot start any token"))
        #expect(manifest.diagnostics[0].hint?.contains("spaces") == true)
    }

    @Test func keyTypesOfTheAPI() throws {
        let manifest = read("p: 0x50\nq: 80.0\nr: 1_000\ns: '80'\nt: 1.5\nu: yes\nv: 99999999999999999999\n")
        let root = try #require(manifest.tree.documents.first)
        #expect(["p", "q", "r", "s", "t", "u", "v"].map { root[$0]?.integerValue } == [80, 80, 1000, nil, nil, nil, nil])
        #expect(["p", "t", "v", "u"].map { root[$0]?.doubleValue } == [80, 1.5, 1e20, nil])
        #expect(root["u"]?.boolValue == true)
        #expect(root["s"]?.boolValue == nil)
    }
}

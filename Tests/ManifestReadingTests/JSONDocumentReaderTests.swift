import Diagnostics
import ManifestReading
import Testing

@Suite struct JSONDocumentReaderTests {
    @Test func typesAndTexts() {
        let manifest = read(#" {"a": null, "b": [true, false], "c": -1, "d": 1.50, "e": 1E3, "f": "x", "g": {}}"#)
        #expect(manifest.rendered == [#"{a:n,b:[btrue,bfalse],c:i-1,d:f1.50,e:f1E3,f:"x",g:{}}"#])
        #expect(manifest.isJSON)
        #expect(manifest.findings.isEmpty)
    }

    @Test func integersAndFloatsAsGoReadsThem() throws {
        let root = try #require(
            read(#"{"a":80,"b":80.0,"c":1e3,"d":123456789012345678901,"e":-5}"#).tree.documents.first)
        #expect(["a", "b", "c", "d", "e"].map { root[$0]?.integerValue } == [80, nil, nil, nil, -5])
        #expect(["a", "b", "c", "d"].map { root[$0]?.doubleValue } == [80, 80, 1000, 1.2345678901234568e20])
    }

    @Test func wordsOfYAMLAreText() {
        #expect(read(#"{"on":"yes","12":"0x10","<<":{"a":"~"}}"#).rendered == [#"{on:"yes",12:"0x10",<<:{a:"~"}}"#])
    }

    @Test func escapesAndSurrogatePairs() {
        let manifest = read(#"{"k\u00e9y": "\ud83d\ude00 \"\\\/\b\f\n\r\t \u0041"}"#)
        #expect(manifest.tree.documents.first?["kéy"]?.text == "😀 \"\\/\u{8}\u{c}\n\r\t A")
    }

    @Test func severalValuesAndArrays() {
        #expect(
            read("{\"a\":1}\n{\"a\":2}[{\"a\":3},{\"a\":4}] [] ").rendered == ["{a:i1}", "{a:i2}", "{a:i3}", "{a:i4}"])
        #expect(read("[]").tree.documents.isEmpty)
    }

    @Test func places() throws {
        let root = try #require(read("{\n  \"é😀\": {\"a\": [1,\n   2]}, \"b\": null}").tree.documents.first)
        #expect(root.place == "1:1")
        #expect(root["é😀"]?.place == "2:9")
        #expect(root["é😀"]?["a"]?.elements.map(\.place) == ["2:16", "3:4"])
        #expect(root["b"]?.place == "3:14")
        #expect(root.entries.map(\.key.place) == ["2:3", "3:9"])
    }

    @Test func keysLongerThanYAMLAllows() {
        let key = String(repeating: "k", count: 5000)
        #expect(read("{\"\(key)\":1}").tree.documents.first?[key]?.text == "1")
    }

    @Test func duplicateKeys() {
        let manifest = read("{\"a\":1,\n\"a\":2}")
        #expect(manifest.findings == ["2:1 warning duplicate-key"])
        #expect(manifest.tree.documents.first?["a"]?.text == "2")
    }

    @Test(arguments: [
        ("{\"a\":1}}", "1:8", 1), ("{\"a\":1", "1:1", 0), ("{}\n[1,", "2:1", 1), ("{\"a\" 1}", "1:6", 0),
        ("{\"a\":1,}", "1:8", 0), ("[1 2]", "1:4", 0), ("{\"a\":nul}", "1:6", 0), ("{\"a\":tru}", "1:6", 0),
        ("{\"a\":01}", "1:6", 0), ("{\"a\":1.}", "1:6", 0), ("{\"a\":+1}", "1:6", 0), ("{\"a\":-}", "1:6", 0),
        ("{\"a\":.5}", "1:6", 0), ("{\"a\":1e}", "1:6", 0), ("{\"a\":NaN}", "1:6", 0), ("{\"é\":\"b}", "1:6", 0),
        ("{\"a\":\"\\ud83d\"}", "1:6", 0), ("{\"a\":\"\\x\"}", "1:6", 0), ("[1,2}", "1:5", 0), ("{} 5", "1:4", 1),
        ("{} \"x\"", "1:4", 1), ("{},{}", "1:3", 1), ("{\"a\":}", "1:6", 0), ("{a:1}", "1:2", 0), ("[,]", "1:2", 0),
        ("{\"k\":1 \"j\":2}", "1:8", 0), ("{\"a\":{\n \"b\":[1,2\n}\n}", "3:1", 0), ("{ // c\n}", "1:3", 0),
        ("[\"a\":1]", "1:5", 0), ("{\"a\":'x'}", "1:6", 0), ("{\"a\":\"x\u{1}\"}", "1:1", 0), ("{\u{0}}", "1:2", 0),
    ])
    func syntaxErrors(text: String, place: String, documents: Int) {
        let manifest = read(text)
        #expect(manifest.findings == ["\(place) error json-syntax"], "\(manifest.messages)")
        #expect(manifest.tree.documents.count == documents)
    }
}

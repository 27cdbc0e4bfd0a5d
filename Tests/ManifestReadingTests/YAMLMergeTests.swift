import Diagnostics
import ManifestReading
import Testing

@Suite struct YAMLMergeTests {
    @Test func mergedEntriesComeAfterOwnOnes() throws {
        let manifest = read("base: &b {p: 1, q: 2}\nuse:\n  <<: *b\n  r: 3\n")
        #expect(manifest.rendered == ["{base:{p:i1,q:i2},use:{r:i3,p:i1,q:i2}}"])
        let use = try #require(manifest.tree.documents.first?["use"])
        #expect(use.count == 3)
        #expect(use["q"]?.place == "1:20")
        #expect(use["<<"] == nil)
        #expect(manifest.findings.isEmpty)
    }

    @Test func keyBelowTheMergeWins() {
        #expect(
            read("base: &b {p: 1, q: 2}\nuse: {<<: *b, p: 9}\n").rendered
                == ["{base:{p:i1,q:i2},use:{p:i9,q:i2}}"])
    }

    @Test func keyAboveTheMergeIsReplacedAsKubectlDoes() {
        let manifest = read("base: &b {p: 1}\nuse: {p: 9, <<: *b, q: 2}\n")
        #expect(manifest.rendered == ["{base:{p:i1},use:{q:i2,p:i1}}"])
        #expect(manifest.findings == ["2:13 warning merge-replaces-key"])
    }

    @Test func earlierOfAListWins() {
        #expect(
            read("s: [&a {p: 1, q: 1}, &b {q: 2, r: 2}]\nuse:\n  <<: [*a, *b]\n").rendered
                == ["{s:[{p:i1,q:i1},{q:i2,r:i2}],use:{q:i1,r:i2,p:i1}}"])
    }

    @Test func laterOfTwoMergeKeysWins() {
        #expect(
            read("a: &a {p: 1}\nb: &b {p: 2}\nuse: {<<: *a, <<: *b}\n").rendered
                == ["{a:{p:i1},b:{p:i2},use:{p:i2}}"])
    }

    @Test func mergeOfMappingsWrittenThereAndOfMergedOnes() {
        #expect(
            read("- &a {<<: {p: 1, q: {r: 2}}, s: 3}\n- {<<: *a, s: 4}\n").rendered
                == ["[{s:i3,p:i1,q:{r:i2}},{s:i4,p:i1,q:{r:i2}}]"])
    }

    @Test func nestedMergesAndAnchorsInsideMergeValues() {
        #expect(
            read("- <<: {<<: &x {p: 1}, q: 2}\n  r: {<<: *x, t: 3}\n- *x\n").rendered
                == ["[{r:{t:i3,p:i1},q:i2,p:i1},{p:i1}]"])
    }

    @Test(arguments: ["1", "[1]", "~", "[{a: 1}, x]", "text"]) func otherValuesAreErrors(value: String) {
        let manifest = read("a:\n  <<: \(value)\n---\nz: 1\n")
        #expect(manifest.rendered == ["{z:i1}"])
        #expect(manifest.findings == ["2:7 error merge-needs-mapping"])
    }

    @Test func quotedIsAnOrdinaryKey() {
        #expect(read("\"<<\": {p: 1}\n").rendered == ["{<<:{p:i1}}"])
        #expect(read("!!merge \"<<\": {p: 1}\n").rendered == ["{p:i1}"])
    }
}

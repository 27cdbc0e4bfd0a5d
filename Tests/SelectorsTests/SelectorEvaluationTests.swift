import Selectors
import Testing

/// The truth table of calico.md 2.2, row by row.
@Suite struct SelectorEvaluationTests {
    private func matches(_ text: String, _ labels: Labels) throws -> Bool {
        try Selector(parsing: text).matches(labels)
    }

    @Test(arguments: [
        ("a == 'x'", false, true, false), ("a != 'x'", true, false, true), ("a in {'x','z'}", false, true, false),
        ("a not in {'x','z'}", true, false, true), ("a contains 'x'", false, true, false),
        ("a starts with 'x'", false, true, false), ("a ends with 'x'", false, true, false),
        ("has(a)", false, true, true), ("!has(a)", true, false, false), ("all()", true, true, true),
        ("global()", true, true, true), ("!all()", false, false, false), ("a in {}", false, false, false),
        ("a not in {}", true, true, true), ("a contains ''", false, true, true),
        ("a starts with ''", false, true, true),
        ("a ends with ''", false, true, true), ("a == ''", false, false, false), ("a != ''", true, true, true),
        ("", true, true, true), ("!a == 'x'", true, false, true), ("!!a == 'x'", false, true, false),
    ])
    func table(text: String, absent: Bool, x: Bool, other: Bool) throws {
        #expect(try matches(text, [:]) == absent)
        #expect(try matches(text, ["a": "x"]) == x)
        #expect(try matches(text, ["a": "q", "b": "x"]) == other)
    }

    @Test func substringsPrefixesSuffixes() throws {
        let labels: Labels = ["app": "frontend-v2"]
        #expect(try matches("app contains 'end-'", labels))
        #expect(try matches("app starts with 'front'", labels))
        #expect(try matches("app ends with '-v2'", labels))
        #expect(try !matches("app contains 'frontend-v22'", labels))
        #expect(try !matches("app starts with 'end'", labels))
        #expect(try !matches("app ends with 'front'", labels))
    }

    @Test func caseAndNumbersAreText() throws {
        #expect(try !matches("a == 'X'", ["a": "x"]))
        #expect(try !matches("a == '1'", ["a": "1.0"]))
        #expect(try !matches("A == 'x'", ["a": "x"]))
    }

    @Test func comparisonIsBytewise() throws {
        let composed = "\u{e9}"
        let decomposed = "e\u{301}"
        #expect(composed == decomposed, "Swift takes them for equal; Calico does not")
        #expect(try !matches("a == '\(composed)'", ["a": decomposed]))
        #expect(try matches("a != '\(composed)'", ["a": decomposed]))
        #expect(try matches("a in {'\(composed)', '\(decomposed)'}", ["a": decomposed]))
        #expect(try matches("a in {'\(composed)', '\(decomposed)'}", ["a": composed]))
        #expect(try Selector(parsing: "a == '\(composed)'") != Selector(parsing: "a == '\(decomposed)'"))
    }

    @Test func precedence() throws {
        let text = "a == '1' || b == '1' && c == '1'"
        #expect(try matches(text, ["a": "1"]))
        #expect(try !matches(text, ["b": "1"]))
        #expect(try matches(text, ["b": "1", "c": "1"]))
        #expect(try !matches("(\(text)) && d == '1'", ["a": "1"]))
        #expect(try matches("!a == '1' && b == '1'", ["b": "1"]))
    }

    /// Deeper than the bits of a word: the other representation of the stack.
    @Test func manyOperandsAndDeepGroups() throws {
        let many = (0..<500).map { "a != 'v\($0)'" }
        #expect(try matches(many.joined(separator: " && "), ["a": "x"]))
        #expect(try !matches(many.joined(separator: " && "), ["a": "v499"]))
        #expect(try matches((0..<500).map { "a == 'v\($0)'" }.joined(separator: " || "), ["a": "v499"]))
        let nested = (0..<200).map { "k\($0) == '1' || (" }.joined() + "z == '1'" + String(repeating: ")", count: 200)
        #expect(try matches(nested, ["k199": "1"]))
        #expect(try matches(nested, ["z": "1"]))
        #expect(try !matches(nested, ["k200": "1"]))
        let groups = (0..<70).map { "(k\($0) == '1' && has(k\($0)))" }.joined(separator: " && ")
        #expect(try matches(groups, Labels((0..<70).map { (key: "k\($0)", value: "1") })))
        #expect(try !matches(groups, Labels((0..<69).map { (key: "k\($0)", value: "1") })))
    }

    @Test func sixtyFourOperandsFillTheWord() throws {
        for count in 62...66 {
            let conjunction = (0..<count).map { "has(k\($0))" }.joined(separator: " && ")
            let labels = Labels((0..<count).map { (key: "k\($0)", value: "") })
            #expect(try matches(conjunction, labels))
            #expect(try !matches(conjunction, Labels(labels.pairs.dropFirst())))
            #expect(try matches("!has(x) && (\(conjunction))", labels))
            #expect(try !matches("has(x) && (\(conjunction))", labels))
        }
    }
}

import Selectors
import TestSupport
import Testing

/// Drafts are what parsing the joined texts gives.
@Suite struct SelectorDraftTests {
    private let namespace = "projectcalico.org/namespace"

    @Test(arguments: UInt64(1)...20) func joiningIsParsingTheJoinedText(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        var checked = 0
        for _ in 0..<200 {
            let (a, b) = (
                try Selector(parsing: generator.text(of: generator.expression(depth: 3))),
                try Selector(parsing: generator.text(of: generator.expression(depth: 3)))
            )
            let (first, second) = (SelectorDraft(a), SelectorDraft(b))
            let prefixed = b.prefixed("pcns.").canonicalText
            let cases: [(SelectorDraft, String)] = [
                (first, a.canonicalText),
                (first.and(second), "(\(a)) && (\(b))"),
                (first.andNot(second), "(\(a)) && (!(\(b)))"),
                (.conjunction([.equals("x", "1"), .lacks("y"), first]), "x == '1' && ! has(y) && (\(a))"),
                (
                    first.and(second.prefixed("pcns.")).replacingAll(byPresenceOf: namespace),
                    "(\(a)) && (\(prefixed))".replacing("all()", with: "has(\(namespace))")
                ),
                (
                    second.prefixed("pcns.").replacingGlobal(byAbsenceOf: namespace),
                    prefixed.replacing("global()", with: "!has(\(namespace))")
                ),
            ]
            for (draft, text) in cases where draft.readsAsText {
                checked += 1
                let read = try Selector(parsing: text)
                #expect(draft.selector == read, "seed \(seed): \(text)")
                for _ in 0..<4 {
                    let labels = Labels(generator.labels().map { (key: $0.key, value: $0.value) })
                    #expect(draft.selector.matches(labels) == read.matches(labels), "seed \(seed): \(text)")
                }
            }
        }
        #expect(checked > 200)
    }

    @Test func negationsOfNegationsAreReadAsTheTextIs() throws {
        let double = try Selector(parsing: "!(!has(a))")
        #expect(double.canonicalText == "!!has(a)")
        #expect(SelectorDraft(double).selector.canonicalText == "has(a)")
        let not = SelectorDraft(try Selector(parsing: "!has(a)"))
        #expect(SelectorDraft.has("b").andNot(not).selector.canonicalText == "(has(b) && !!has(a))")
        #expect(try Selector(parsing: "(has(b)) && (!(!has(a)))").canonicalText == "(has(b) && !!has(a))")
    }

    /// What a text replacement or a quote could break is left to the texts.
    @Test(arguments: ["all()", "it's", "\"", "x(y"]) func doubtfulStringsAreLeftToTexts(value: String) {
        #expect(!SelectorDraft.equals("a", value).readsAsText)
        #expect(!SelectorDraft.isIn("a", ["x", value]).readsAsText)
        #expect(SelectorDraft.equals("a", "x").readsAsText)
    }

    @Test func namesThatAreNoneAreLeftToTexts() {
        let long = String(repeating: "a", count: 512)
        #expect(SelectorDraft.has(long).readsAsText)
        #expect(!SelectorDraft.has(long).prefixed("pcns.").readsAsText)
        for name in ["", "a b", "é", "a)"] { #expect(!SelectorDraft.has(name).readsAsText, "\(name)") }
    }

    @Test func listsAreSortedAndDistinct() throws {
        #expect(
            SelectorDraft.isIn("a", ["y", "x", "y"]).selector == (try Selector(parsing: "a in {'y', 'x', 'y'}")))
        #expect(SelectorDraft.isNotIn("a", []).selector.canonicalText == "a not in {}")
    }
}

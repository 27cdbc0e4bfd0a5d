import Selectors
import Testing

/// Canonical text and identity, calico.md 2.3.
@Suite struct SelectorPrinterTests {
    @Test(arguments: [
        ("", "all()"), (" \t", "all()"), ("a=='x'", "a == \"x\""), ("a=='it\"s'", "a == 'it\"s'"),
        ("a == 'x' && b == 'y'", "(a == \"x\" && b == \"y\")"),
        ("((a == 'x')) && (b == 'y')", "(a == \"x\" && b == \"y\")"),
        ("(a == 'x' && b == 'y') && c == 'z'", "((a == \"x\" && b == \"y\") && c == \"z\")"),
        ("a == 'x' && b == 'y' || has(c)", "((a == \"x\" && b == \"y\") || has(c))"),
        ("!!!has(a)", "!has(a)"), ("! (a == 'x' || b == 'y')", "!(a == \"x\" || b == \"y\")"),
        ("!(a == 'x')", "!a == \"x\""), ("!(!has(a))", "!!has(a)"), ("a in {'z','x','z',}", "a in {\"x\", \"z\"}"),
        ("a notin {}", "a not in {}"), ("a startswith'x'", "a starts with \"x\""), ("global( )", "global()"),
    ])
    func canonical(text: String, expected: String) throws {
        #expect(try Selector(parsing: text).canonicalText == expected)
    }

    @Test func identity() throws {
        #expect(try Selector(parsing: "").uniqueID == "s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug")
        #expect(Selector.all.uniqueID == "s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug")
        #expect(try Selector(parsing: "a=='x'") == Selector(parsing: "( a == \"x\" )"))
        #expect(try Selector(parsing: "a=='x'") != Selector(parsing: "a == 'x' || a == 'x'"))
        #expect(try Set([Selector(parsing: "a=='x'"), Selector(parsing: "a == \"x\"")]).count == 1)
    }

    @Test func labelNamesInOrderOfMention() throws {
        let selector = try Selector(parsing: "b == 'x' && (has(a) || b != 'y') && !c in {'z'} && all()")
        #expect(selector.labelNames == ["b", "a", "c"])
        #expect(
            selector.prefixed("pcns.").canonicalText
                == "(pcns.b == \"x\" && (has(pcns.a) || pcns.b != \"y\") && !pcns.c in {\"z\"} && all())")
    }

    @Test func nothingSelectsNothing() {
        #expect(!Selector.nothing.matches(Labels()))
        #expect(Selector.nothing.canonicalText == "!all()")
    }
}

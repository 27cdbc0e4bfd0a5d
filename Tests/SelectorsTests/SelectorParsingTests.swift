import Selectors
import Testing

/// Grammar of calico.md 2.1 and errors of 2.4. `▸` in an input marks where the error must be reported.
@Suite struct SelectorParsingTests {
    @Test(arguments: [
        "a=='b'&&has(c)", "in in {'x'}", "contains contains 'x'", "has == 'x'", "all != 'x'", "not notin {'x'}",
        "starts startswith 'x'", "a starts \t with 'x'", "a in {'x',}", "a in {}", "a in{'x'}", "a contains'x'",
        "9 == 'x'", ".a == 'x'", "-a == 'x'", "/ == 'x'", "a.b/c-d_e == 'x'", "\t a == 'x' \t", "has( \ta )",
        "all( )", "global( \t)", "((a == 'x'))", "!!!has(a)", "! ( a == 'x' )", "a == 'line\nbreak'",
        "a == '\u{0}'", "a == 'é😀'", "a == '&& || ) ('", " \t ",
    ])
    func legal(text: String) throws { _ = try Selector(parsing: text) }

    @Test(arguments: [
        // unterminated strings
        "▸\"FOO", "▸'FOO", "a == ▸'x", "a == ▸\"x'", "a in {'x', ▸'y}",
        // single = & |
        "a ▸= 'x'", "a == 'x' ▸& b == 'y'", "a == 'x' ▸|", "a == 'x' ▸| b == 'y'",
        // unexpected tokens
        "▸%", "a == 'x' ▸%", "a == 'x'▸\n", "▸\ra == 'x'", "a == ▸%", "▸é == 'x'", "a == 'é' && ▸é == 'x'", "▸, ", "▸{",
        "▸}", "▸== 'x'", "▸&& a == 'x'", "a == 'x' && ▸|| b == 'y'", "has(a) ▸has(b)", "a == 'x' ▸'y'",
        // expected operator after label
        "b▸", "a ▸", "a ▸b", "a ▸has(b)", "a ▸containsx 'x'", "a ▸inx {'x'}", "a ▸not {'x'}", "a ▸starts 'x'",
        "foo ▸! = 'x'",
        "not.a.real.selector▸", "all▸", "has ▸(a)", "all ▸()", "a ▸(",
        // expected identifier, no closing parenthesis
        "has(▸)", "has(▸", "has(▸'a')", "▸has(a", "▸has(a b)", "▸all(", "▸all(a)", "▸global(", "▸global('x')",
        // expected ), }, string, set literal
        "▸(a == 'x'", "(▸", "!▸(a == 'x'", "▸(a == 'x' && (b == 'y')", "(a == 'x' ▸b", "a in ▸'x'", "a in ▸",
        "a not in ▸(",
        "a in {'x' ▸'y'}", "a in {'x'▸", "a in {▸,}", "a in {'x',▸,}", "a in {▸x}", "a in {▸", "b == ▸b",
        "b starts with ▸b",
        "b ends with ▸b", "a == ▸", "a != ▸||", "a contains ▸{'x'}",
        // trailing content, nothing
        "a == 'x'▸)", "a == 'x' ▸a == 'y'", "▸)", "(▸)", "!▸", "has(foo) &&▸", "has(foo) || ▸",
        // literal on the left side
        "▸'b1' == b", "▸\"a\"",
    ])
    func errors(marked: String) throws {
        let text = marked.replacing("▸", with: "")
        let before = try #require(marked.unicodeScalars.firstIndex(of: "▸"))
        let column = marked.unicodeScalars.distance(from: marked.unicodeScalars.startIndex, to: before) + 1
        do throws(SelectorError) {
            let selector = try Selector(parsing: text)
            Issue.record("accepted as \(selector)")
        } catch {
            #expect(error.column == column, "\(error.message)")
            #expect(!error.message.isEmpty)
        }
    }

    @Test func messagesSayWhatIsAllowed() {
        func message(_ text: String) -> String {
            do throws(SelectorError) {
                return try Selector(parsing: text).canonicalText
            } catch { return error.message }
        }
        #expect(message("a = 'x'").hasPrefix("expected an operator after label \"a\" (==, !=, in, not in, "))
        #expect(message("a == 'x").contains("never closed"))
        #expect(message("'a' == 'x'").contains("cannot stand on the left"))
        #expect(message("a in 'x'").contains("expected a set"))
        #expect(message("has(a").contains("no closing \")\" after \"has(\""))
        #expect(message("(a == 'x'").contains("\"(\" is never closed"))
    }

    @Test func labelLength() throws {
        _ = try Selector(parsing: "has(\(String(repeating: "a", count: 512)))")
        let long = String(repeating: "a", count: 513)
        for (text, column) in [("has(\(long))", 5), ("\(long) == 'x'", 1), ("has(b) && \(long) == 'x'", 11)] {
            do throws(SelectorError) {
                _ = try Selector(parsing: text)
                Issue.record("accepted")
            } catch { #expect(error.column == column) }
        }
    }
}

import NetTypes
import Testing

@Suite struct DomainPatternTests {
    @Test(
        arguments: [
            ("api.example.com", "api.example.com", true), ("API.Example.COM.", "api.example.com", true),
            ("api.example.com", "www.api.example.com", false), ("api.example.com", "xapi.example.com", false),
            ("*.example.com", "a.example.com", true), ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false), ("*.example.com", "aexample.com", false),
            ("*.example.com", "a.example.com.evil.org", false), ("*.x", "a.x", true), ("*.x", "x", false),
            ("www.*.com", "www.a.com", true), ("www.*.com", "www.a.b.com", true), ("www.*.com", "www.com", false),
            ("a.*", "a.b.c", true), ("a.*", "a", false), ("*.b.*.d", "a.b.c.d", true),
            ("*.b.*.d", "a.b.b.c.d", true), ("*.b.*.d", "b.c.d", false), ("*.*.com", "a.com", false),
            ("*.*.com", "a.b.com", true), ("*.example.com", "a\\046b.example.com", true), ("*.com", "", false),
        ])
    func matches(_ pattern: String, _ name: String, _ expected: Bool) throws {
        #expect(try #require(DomainPattern(pattern)).matches(name) == expected)
    }

    @Test(
        arguments: [
            "", ".", "*", "*.*", "a..b", ".a", "a.", "a b", "a*.com", "*a.com", "**.com", "a/b", "ä.com",
            String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "b",
        ])
    func notPatterns(_ text: String) { #expect((DomainPattern(text) == nil) == (text != "a.")) }

    @Test func longestNames() {
        #expect(DomainPattern(String(repeating: "a", count: 63) + ".b") != nil)
        #expect(DomainPattern(String(repeating: "a.", count: 126) + "b") != nil)
        #expect(DomainName.problem(with: "*.example.com") != nil)
        #expect(DomainName.problem(with: "_dmarc.example.com.") == nil)
    }

    /// Many wildcards against a long name that almost matches: no exponential search.
    @Test func manyWildcards() throws {
        let pattern = try #require(DomainPattern(String(repeating: "*.a.", count: 60) + "b"))
        #expect(!pattern.matches(String(repeating: "a.", count: 2000) + "c"))
    }
}

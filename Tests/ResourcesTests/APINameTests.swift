import Testing

@testable import Resources

struct APINameTests {
    @Test(arguments: ["a", "ok", "o.k", "1", "a-b.c-d", "true", String(repeating: "a", count: 64)])
    func subdomains(_ text: String) { #expect(APIName.subdomainProblems(text) == []) }

    @Test(arguments: ["", "A", "o_k", "a..b", ".a", "a.", "-a", "a-", "a.-b", "o k", "ok/x", "ü"])
    func notSubdomains(_ text: String) { #expect(APIName.subdomainProblems(text) != []) }

    @Test func subdomainLength() {
        #expect(APIName.subdomainProblems(String(repeating: "a", count: 253)) == [])
        #expect(
            APIName.subdomainProblems(String(repeating: "a", count: 254)) == ["must be no more than 253 bytes"])
    }

    @Test func labels() {
        #expect(APIName.labelProblems("a-1") == [])
        #expect(APIName.labelProblems(String(repeating: "a", count: 63)) == [])
        #expect(APIName.labelProblems(String(repeating: "a", count: 64)) == ["must be no more than 63 bytes"])
        #expect(APIName.labelProblems("a.b") != [])
        #expect(APIName.labelProblems("") != [])
    }

    @Test(arguments: ["a", "A.b_c-d", "a/b", "x.y/Z", "projectcalico.org/name", "1"])
    func labelKeys(_ text: String) { #expect(APIName.qualifiedNameProblems(text) == []) }

    @Test(arguments: ["", "/a", "a/", "a/b/c", "A.b/c", "a b", "-a", "a_", "ü", "a_b/c"])
    func notLabelKeys(_ text: String) { #expect(APIName.qualifiedNameProblems(text) != []) }

    @Test func labelKeyLengths() {
        let name = String(repeating: "n", count: 63)
        #expect(APIName.qualifiedNameProblems("x/\(name)") == [])
        #expect(APIName.qualifiedNameProblems("x/\(name)n") == ["name part must be no more than 63 bytes"])
        #expect(
            APIName.qualifiedNameProblems("\(String(repeating: "p", count: 254))/a") == [
                "prefix part must be no more than 253 bytes"
            ])
    }

    @Test(arguments: [("", true), ("A_b.c-1", true), ("-a", false), ("a-", false), ("b c", false), ("ü", false)])
    func labelValues(_ text: String, _ isValid: Bool) {
        #expect(APIName.labelValueProblems(text).isEmpty == isValid)
    }

    @Test func portNamesInTheServersWords() {
        #expect(APIName.portNameProblems("http") == [])
        #expect(APIName.portNameProblems("1a") == [])
        #expect(APIName.portNameProblems(String(repeating: "a", count: 15)) == [])
        #expect(
            APIName.portNameProblems(String(repeating: "a", count: 16)) == ["must be no more than 15 characters"])
        #expect(APIName.portNameProblems("80") == ["must contain at least one letter (a-z)"])
        #expect(
            APIName.portNameProblems("90:80") == [
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                "must contain at least one letter (a-z)",
            ])
        #expect(APIName.portNameProblems("a--b") == ["must not contain consecutive hyphens"])
        #expect(APIName.portNameProblems("-http") == ["must not begin or end with a hyphen"])
    }
}

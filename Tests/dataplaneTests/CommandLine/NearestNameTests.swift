import Testing

@testable import dataplane

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "ab", 2), ("abc", "acb", 1), ("kitten", "sitting", 3),
        ("compile", "comple", 1), ("ca", "abc", 3),
    ])
    func distance(_ a: String, _ b: String, _ expected: Int) {
        #expect(NearestName.distance(Array(a.utf8), Array(b.utf8)) == expected)
        #expect(NearestName.distance(Array(b.utf8), Array(a.utf8)) == expected)
    }

    @Test func findsTheNearestWithinAThird() {
        #expect(NearestName.find("chekc", among: ["apply", "check"]) == "check")
        #expect(NearestName.find("tset", among: ["text", "test"]) == "test")
        #expect(NearestName.find("x", among: ["-", "check"]) == "-")
        #expect(NearestName.find("frobnicate", among: ["check", "apply"]) == nil)
        #expect(NearestName.find("", among: ["check"]) == nil)
    }
}

import Testing

@testable import Resources

struct NearestNameTests {
    @Test(arguments: [
        ("engress", "egress"), ("podselector", "podSelector"), ("polcyTypes", "policyTypes"), ("ingerss", "ingress"),
        ("from", nil), ("x", nil), ("spec", nil),
    ])
    func suggestions(_ name: String, _ expected: String?) {
        #expect(NearestName.of(name, among: ["podSelector", "policyTypes", "ingress", "egress"]) == expected)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "abc", 0)])
    func distances(_ a: String, _ b: String, _ expected: Int) {
        #expect(NearestName.editDistance(Array(a.utf8), Array(b.utf8)) == expected)
        #expect(NearestName.editDistance(Array(b.utf8), Array(a.utf8)) == expected)
    }

    /// Hostile keys of any length cost a bounded amount of work.
    @Test func longNamesAreCutOff() {
        #expect(NearestName.of(String(repeating: "x", count: 1_000_000), among: ["ingress"]) == nil)
    }
}

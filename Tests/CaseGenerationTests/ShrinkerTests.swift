import CaseGeneration
import Testing

struct ShrinkerTests {
    @Test("What the property doesn't need goes: documents, fields, list entries")
    func smallestManifests() {
        let policies = PolicyGenerator.policySet(seed: 11)
        func hasScheduledPod(_ policies: PolicySet) -> Bool {
            policies.documents.contains { $0["kind"]?.string == "Pod" && $0["spec"]?["nodeName"] != nil }
        }
        #expect(hasScheduledPod(policies))
        var shrinker = Shrinker(budget: 10_000, hasScheduledPod)
        let small = shrinker.shrunk(policies)
        #expect(small.documents.count == 1)
        #expect(small.yaml.split(separator: "\n").count == 4)
        #expect(hasScheduledPod(small))
    }

    @Test func theBudgetEndsTheSearch() {
        let policies = PolicyGenerator.policySet(seed: 11)
        var tried = 0
        var shrinker = Shrinker(budget: 5) { _ in
            tried += 1
            return false
        }
        #expect(shrinker.shrunk(policies) == policies)
        #expect(tried == 5)
    }
}

import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import Resources
import Testing
import Workspace

@testable import ClusterGeneration

/// Generated manifests are what was asked for, and our own compiler has nothing to say about them.
@Suite struct ManifestStreamTests {
    private func text(_ plan: ClusterPlan, _ format: ManifestStream.Format = .yaml) -> [UInt8] {
        var stream = ManifestStream(plan, format: format)
        var text: [UInt8] = []
        while stream.append(to: &text) {}
        return text
    }

    private var plan: ClusterPlan {
        var plan = ClusterPlan(pods: 120, policies: 70, setElements: 900, seed: 7)
        plan.globalPolicies = 6
        plan.hasServices = true
        return plan
    }

    @Test func theSeedDecidesEveryByte() {
        var other = plan
        other.seed = 8
        #expect(text(plan) == text(plan))
        #expect(text(plan) != text(other))
    }

    @Test(arguments: ManifestStream.Format.allCases)
    func compilesWithoutAWord(_ format: ManifestStream.Format) {
        let inputs = LoadedInputs.load(texts: [("cluster", text(plan, format))], whatIf: false)
        #expect(inputs.diagnostics.map(\.message) == [])
        #expect(inputs.tree.endpoints.count == 120)
        #expect(inputs.tree.topology.nodes.count == 2)
        #expect(inputs.snapshot.kubernetesPolicies.count + inputs.snapshot.calicoPolicies.count == 70)
        #expect(inputs.snapshot.calicoPolicies.filter { $0.isGlobal }.count == 6)
        #expect(inputs.tree.statistics.programs >= 24, "two programs for each of twelve apps")
    }

    @Test func bothFormatsSayTheSame() {
        let yaml = LoadedInputs.load(texts: [("cluster", text(plan, .yaml))], whatIf: false)
        let json = LoadedInputs.load(texts: [("cluster", text(plan, .json))], whatIf: false)
        #expect(yaml.tree.statistics == json.tree.statistics)
        #expect(yaml.tree.sets.map(\.name) == json.tree.sets.map(\.name))
    }

    @Test(arguments: [(10, 10, 0), (10, 0, 3), (37, 100, 11), (300, 20, 400)])
    func anySizeCompiles(pods: Int, policies: Int, setElements: Int) {
        let plan = ClusterPlan(pods: pods, policies: policies, setElements: setElements)
        #expect(plan.fault == nil)
        let inputs = LoadedInputs.load(texts: [("cluster", text(plan))], whatIf: false)
        #expect(inputs.diagnostics.allSatisfy { $0.id == "no-policies" })
        #expect(inputs.tree.endpoints.count == pods)
    }

    /// The three first policies name every set, and no canonical set is smaller than what it was made of.
    @Test func everyElementIsInTheTree() {
        let outside = OutsideNetworks(plan: plan)
        let inputs = LoadedInputs.load(texts: [("cluster", text(plan))], whatIf: false)
        var members: Set<IPPrefix> = []
        for set in inputs.tree.sets {
            if case .addresses(let blocks) = set.members { members.formUnion(blocks) }
        }
        #expect((0..<900).allSatisfy { members.contains(outside.prefix($0)) })
    }

    @Test func partsMakeTheWhole() {
        var pieces = ""
        for part in ManifestStream.Part.allCases {
            for first in stride(from: 0, to: ManifestStream.count(part, in: plan), by: 50) {
                let end = min(first + 50, ManifestStream.count(part, in: plan))
                var stream = ManifestStream(plan, format: .yaml, part: part, objects: first..<end)
                var text: [UInt8] = []
                while stream.append(to: &text) {}
                pieces +=
                    String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst(2).dropLast(3)
                    .joined(separator: "\n") + "\n"
            }
        }
        let whole = String(decoding: text(plan), as: UTF8.self)
        #expect(whole == "apiVersion: v1\nitems:\n" + pieces + "kind: List\nmetadata:\n  resourceVersion: \"\"\n")
    }

    @Test func aPodHasAboutTwoKilobytes() {
        var stream = ManifestStream(plan, format: .yaml, part: .pods, objects: 0..<100)
        var text: [UInt8] = []
        while stream.append(to: &text) {}
        #expect((1800...2800).contains(text.count / 100))
    }

    @Test func boundsAreNamed() {
        var plan = plan
        plan.apps = 121
        #expect(plan.fault == "apps: 121 is not within 1 to 120")
    }
}

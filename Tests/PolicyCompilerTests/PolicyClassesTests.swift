import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Selectors
import Testing

@testable import PolicyCompiler

/// Endpoints with the same policies are one class; its list is what asking every policy gives.
@Suite struct PolicyClassesTests {
    private func policy(_ name: String, _ selector: String) throws -> ResolvedPolicy {
        ResolvedPolicy(
            name: PolicyName(kind: .globalNetworkPolicy, namespace: nil, name: name), order: nil,
            selector: try Selector(parsing: selector), governsIngress: true, governsEgress: false, ingress: [],
            egress: [], location: .builtIn)
    }

    private func cluster(_ objects: [Labels], _ tiers: [[ResolvedPolicy]]) -> ResolvedCluster {
        ResolvedCluster(
            topology: Topology(nodes: [], endpoints: []), endpoints: [],
            objects: objects.map { labels in
                LabelledObject(
                    kind: .workload, name: "", labels: EffectiveLabels(own: labels, inheritance: .none), prefixes: [],
                    namedPorts: [], location: nil)
            },
            tiers: tiers.enumerated().map { number, policies in
                ResolvedTier(name: "tier\(number)", passesAtEnd: false, policies: policies, location: nil)
            },
            profiles: [:], serviceMembers: [:], nodeSettings: [], services: ServiceTable(), sources: SourceMap())
    }

    @Test func listsAreThoseOfALinearScan() throws {
        let objects: [Labels] = [
            ["a": "1"], ["a": "2", "b": "1"], [:], ["a": "1", "b": "2"], ["a": "1"], ["b": "1", "a": "2"], ["c": "1"],
        ]
        let selectors = ["has(a)", "all()", "b == '1'", "a != '1'", "has(a)", "!all()", "a == '1' || b == '1'"]
        let policies = try selectors.enumerated().map { try policy("p\($0)", $1) }
        let cluster = cluster(objects, [Array(policies[..<3]), Array(policies[3...])])
        let subjects = [6, 3, 0, 1, 2, 4, 5]
        let classes = PolicyClasses(cluster, subjects: subjects)
        for (place, object) in subjects.enumerated() {
            let expected = policies.indices.filter { policies[$0].selector.matches(objects[object]) }
            #expect(classes.policies(of: classes.classes[place]).map(Int.init) == expected)
        }
        #expect(classes.classes[2] == classes.classes[5])
        #expect(classes.classes[3] == classes.classes[6])
        #expect(Set(classes.classes).count == 3)
    }

    /// Counted work: a thousand policies of ten selectors over a thousand endpoints make ten classes.
    @Test func sharedSelectorsMakeFewClasses() throws {
        let objects = (0..<1_000).map { Labels([(key: "app", value: "app\($0 % 10)")]) }
        let policies = try (0..<1_000).map { try policy("p\($0)", "app == 'app\($0 % 10)'") }
        let classes = PolicyClasses(cluster(objects, [policies]), subjects: Array(objects.indices))
        #expect(classes.classCount == 11)
        #expect(classes.policies(of: classes.classes[3]).count == 100)
    }
}

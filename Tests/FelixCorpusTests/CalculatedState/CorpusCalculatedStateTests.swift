import PolicyIR
import Resources
import Testing

/// Whole states of the data store → what one node's policy comes to: `calc_states` of the Felix corpus through loader,
/// resolver and compiler.
struct CorpusCalculatedStateTests {
    @Test(.enabled(if: FelixCorpus.file("calc_states") != nil, FelixCorpus.absence))
    func states() throws {
        var report = CaseReport("calc_states")
        for (id, value) in try FelixCorpus.cases("calc_states", format: "calc-states/1") {
            do {
                let object = try CaseObject(
                    value, at: id, known: ["case", "variable", "origin", "localNode", "resources", "expect"])
                let node = try object.requiredString("localNode")
                let manifests = try StateManifests(try object.array("resources"), at: id)
                let snapshot = try manifests.snapshot()
                let expected = try CalculatedState(expected: object["expect"] ?? .null, at: "\(id).expect")
                let cluster = ResolvedCluster.resolve(snapshot, options: ResolveOptions(whatIf: false)).cluster
                let found = CalculatedState(of: cluster, node: node, alwaysActive: manifests.alwaysActive)
                report.check(id) { found.differences(from: expected) }
            } catch {
                report.check(id) { throw error }
            }
        }
        report.finish()
    }
}

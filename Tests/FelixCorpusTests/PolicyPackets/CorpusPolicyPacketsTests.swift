import NetTypes
import PolicyIR
import PolicyTesting
import Testing
import Workspace

/// Policy against packets: `policy_packets` of the Felix corpus, through every engine that needs no kernel.
struct CorpusPolicyPacketsTests {
    private static let format = "policy-packets/1"
    private static let engines: [EngineName] = [.reference, .matcher, .nft]

    @Test(.enabled(if: FelixCorpus.file("policy_packets/bpf_workload") != nil, FelixCorpus.absence))
    func workloadPolicies() throws { try Self.run("policy_packets/bpf_workload") }

    @Test(.enabled(if: FelixCorpus.file("policy_packets/bpf_host") != nil, FelixCorpus.absence))
    func hostPolicies() throws { try Self.run("policy_packets/bpf_host") }

    @Test(.enabled(if: FelixCorpus.file("policy_packets/app_policy") != nil, FelixCorpus.absence))
    func applicationPolicies() throws { try Self.run("policy_packets/app_policy") }

    @Test(.enabled(if: FelixCorpus.file("policy_packets/bpf_workload") != nil, FelixCorpus.absence))
    func workloadPoliciesBehindManyOthers() throws { try Self.runBehindPassTier("policy_packets/bpf_workload") }

    // MARK: Running a file

    private static func run(_ file: String, engines: [EngineName] = engines) throws {
        var report = CaseReport(file)
        let scopes = Dictionary(grouping: try cases(file, &report)) { $0.scope == .stagedAsEnforced }
        var (asked, withoutBytes) = (0, 0)
        for (enforcesStaged, cases) in scopes.sorted(by: { !$0.key && $1.key }) {
            let cluster = try PacketCluster(cases, enforcesStaged: enforcesStaged)
            var judge = try PacketJudge(cases, cluster, engines: engines)
            for (number, differences) in try judge.differences().enumerated() {
                let traces = try traceDifferences(cases[number], number, cluster)
                report.check(cases[number].id) { differences + traces }
            }
            asked += judge.asked
            withoutBytes += judge.withoutBytes
        }
        report.note("\(asked) answers of \(engines.count) engines, \(withoutBytes) packets without bytes")
        report.finish()
    }

    /// What the reference evaluator's walk shows otherwise than a case's traces.
    private static func traceDifferences(
        _ packetCase: PacketCase, _ number: Int, _ cluster: PacketCluster
    ) throws -> [String] {
        let evaluator = ReferenceEvaluator(cluster.inputs.cluster)
        return try packetCase.realPackets.flatMap { packet in
            let visit = try cluster.visit(number, packet, packetCase.direction ?? .ingress)
            let walk = evaluator.judge(visit, packet.key, state: .new).walk
            return PacketTrace(walk, cluster, noProfileMatchID: packetCase.noProfileMatchID).differences(packet)
        }
    }

    /// The reference evaluator explains each of the 12,500 rules that don't match, which takes seconds: it is asked about
    /// one packet of a few cases.
    private static func runBehindPassTier(_ file: String) throws {
        var report = CaseReport("\(file) behind 250 policies")
        let cases = try cases(file, &report)
        let cluster = try PacketCluster(cases, behindPassTier: true)
        var judge = try PacketJudge(cases, cluster, engines: [.matcher, .nft])
        let few = cases.enumerated().map { $1.withPackets($0.isMultiple(of: 32) ? 1 : 0) }
        var slowJudge = try PacketJudge(few, cluster, engines: [.reference])
        let found = zip(
            try judge.differences(directions: [.ingress]), try slowJudge.differences(directions: [.egress]))
        for (packetCase, differences) in zip(cases, found) {
            report.check(packetCase.id) { differences.0 + differences.1 }
        }
        report.note("\(judge.asked) answers of matcher and nft, \(slowJudge.asked) of the reference")
        report.finish()
    }

    /// The cases of a file; those that can't be read are failures.
    private static func cases(_ file: String, _ report: inout CaseReport) throws -> [PacketCase] {
        var cases: [PacketCase] = []
        for (id, value) in try FelixCorpus.cases(file, format: format) {
            do {
                cases.append(try PacketCase(id, value))
            } catch {
                report.check(id) { throw error }
            }
        }
        return cases
    }
}

import Diagnostics
import Matching
import NetTypes
import NetworkTopology
import PacketDecoding
import PolicyIR
import Resources
import TestSupport
import Testing
import Workspace

@testable import TraceReplay

/// The sets of the matcher, kept up to date, against the reference evaluator with a table made anew for each packet.
@Suite struct DomainAgreementTests {
    private static let labels = ["a", "b", "c"]
    private static let pod = IPAddress(v4: 0x0a00_0001)
    private static let server = IPAddress(v4: 0xc633_6435)

    /// One answer, as it was given.
    private struct Given {
        var name: String
        var address: IPAddress
        var end: Int64
    }

    private static func name(_ random: inout SeededGenerator, wildcards: Bool) -> String {
        let count = Int.random(in: 1...3, using: &random)
        let labels = (0..<count).map { _ in
            wildcards && Int.random(in: 0..<3, using: &random) == 0
                ? "*" : Self.labels.randomElement(using: &random) ?? "a"
        }
        return labels.joined(separator: ".") + ".x"
    }

    private static func inputs(_ random: inout SeededGenerator) -> LoadedInputs {
        let rules = (80...82).map { port in
            let count = Int.random(in: 1...3, using: &random)
            let names = Set((0..<count).map { _ in name(&random, wildcards: true) }).sorted()
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            return "  - {action: Allow, protocol: TCP, destination: {domains: [\(list)], ports: [\(port)]}}"
        }.joined(separator: "\n")
        let text = """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: names, namespace: ns}
            spec:
              types: [Egress]
              egress:
            \(rules)
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: app, namespace: ns}, \
            spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.0.1}}
            """
        return LoadedInputs.load(
            texts: [(name: "m.yaml", bytes: Array(text.utf8))], options: ResolveOptions(whatIf: false),
            edition: EditionInputs(.enterprise))
    }

    @Test(arguments: 1...25) func setsFollowTheAnswers(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let inputs = Self.inputs(&random)
        #expect(!inputs.diagnostics.hasErrors)
        var options = PacketJudge.Options()
        options.isStateless = true
        var judge = PacketJudge(inputs.tree, options: options)
        var given: [Given] = []
        var time: Int64 = 0
        var allowed = 0
        for frame in 1...400 {
            time += Int64.random(in: 0...3, using: &random) * 1_000_000_000
            let address = IPAddress(v4: 0xcb00_7100 + UInt32.random(in: 1...6, using: &random))
            if Int.random(in: 0..<3, using: &random) == 0 {
                let binding = DNSBinding(
                    name: Self.name(&random, wildcards: false), address: address,
                    timeToLive: UInt32.random(in: 0...20, using: &random))
                var facts = PacketFacts(
                    key: .ports(.udp, from: Self.server, 53, to: Self.pod, 5000), connection: nil)
                facts.answer = DomainAnswer(frame: frame, bindings: [binding])
                #expect(judge.judge(facts, time: time).verdict == .allow)
                given.append(
                    Given(
                        name: binding.name, address: address, end: time + Int64(binding.timeToLive) * 1_000_000_000))
                continue
            }
            let port = UInt16.random(in: 80...82, using: &random)
            let key = FlowKey.ports(.tcp, from: Self.pod, 4000, to: address, port)
            let outcome = judge.judge(PacketFacts(key: key, connection: nil), time: time)
            let expected = try reference(inputs, key, given.filter { $0.end > time })
            #expect(outcome.verdict.word == expected.word, "seed \(seed), frame \(frame)")
            if expected == .accept {
                allowed += 1
                #expect(outcome.domain?.record.address == address && outcome.domain?.hasLapsed == false)
            }
        }
        #expect(allowed > 0, "seed \(seed)")
    }

    private func reference(_ inputs: LoadedInputs, _ key: FlowKey, _ live: [Given]) throws -> Verdict {
        var cluster = inputs.cluster
        for record in live {
            cluster.domains.insert(
                DomainRecord(
                    name: record.name, address: record.address, timeToLive: nil, origin: .answer(frame: 0)))
        }
        let visit = try #require(cluster.topology.visits(from: key.source, to: key.destination).first)
        return ReferenceEvaluator(cluster).judge(visit, key, state: .new).verdict
    }
}

import Foundation
import TestSupport
import Testing

/// The built program in the folders of Tests/Scenarios.
@Suite struct ScenarioCommandTests {
    /// A command of a scenario.
    struct Typed: Sendable, CustomStringConvertible {
        var scenario: Scenario
        var command: Scenario.Command
        var description: String { "\(scenario.name): \(command.argv.joined(separator: " "))" }

        static let all = Scenario.all.flatMap { scenario in
            scenario.commands.map { Typed(scenario: scenario, command: $0) }
        }
    }

    @Test func thereAreCommands() {
        #expect(Typed.all.count >= 6)
    }

    @Test(arguments: Typed.all) func commandsDoWhatTheScenarioSays(_ typed: Typed) throws {
        let name = try #require(typed.command.argv.first)
        let arguments = Array(typed.command.argv.dropFirst())
        let here = try runDataplane(arguments, as: name, in: typed.scenario.manifests)
        let named = try runDataplane(
            arguments, as: name, environment: ["DATAPLANE_MANIFESTS": typed.scenario.manifests.path])
        for run in [here, named] {
            #expect(run.status == typed.command.exit, "\(run.stderr)")
            for text in typed.command.contains { #expect(run.stdout.contains(text)) }
        }
    }

    /// The guide's quick start looks complete, but nothing opens the egress of the source.
    @Test(arguments: ["003-quick-start-step-2", "003-quick-start-both-steps"])
    func quickStartIsDeniedByTheSourcesEgress(_ scenario: String) throws {
        let run = try check(scenario, ["frontend-pod", "backend-pod", "--port", "8080"])
        #expect(run.status == 1)
        #expect(
            run.stdout.contains(
                "reason: END_OF_TIER_DROP egress of default/frontend-pod: isolated by knp/default/default-deny, "))
    }

    @Test(arguments: [
        (
            "001-step-2-allow-pod-labels", ["production/frontend", "svc/development/backend", "--port", "80"], Int32(0),
            "reason: RULE ingress of development/backend: allowed by knp/development/backend-policy ingress[0], "
        ),
        (
            "001-step-3-allow-pod-and-namespace-labels",
            ["production/frontend", "development/backend", "--port", "80"], 1,
            "nearest miss: knp/development/backend-policy rule 0 ("
        ),
        (
            "002-stars-stage-3b", ["rc/client/client", "rc/stars/frontend", "--port", "81"], 1,
            "nearest miss: knp/stars/frontend-policy rule 0 ("
        ),
        (
            "003-pattern-1", ["myapp/f", "svc/kube-system/kube-dns", "--port", "53", "--protocol", "udp"], 1,
            "isolated by knp/myapp/allow-dns, knp/myapp/default-deny"
        ),
        (
            "003-pattern-4", ["myapp/f", "198.51.100.9", "--port", "443"], 2,
            "reason: NO_POLICY egress of myapp/f: no policy selects it, profile kns.myapp allows"
        ),
        (
            "004-none-return", ["ns1/p1", "node/node1", "--port", "22"], 0,
            "reason: ENDPOINT_TO_HOST egress of ns1/p1: pod to its own node: defaultEndpointToHostAction Return ("
        ),
        (
            "004-none-drop", ["ns1/p1", "node/node1", "--port", "22"], 1,
            "reason: ENDPOINT_TO_HOST egress of ns1/p1: pod to its own node: defaultEndpointToHostAction Drop ("
        ),
    ])
    func checkSaysWhy(_ scenario: String, _ arguments: [String], _ status: Int32, _ text: String) throws {
        let run = try check(scenario, arguments)
        #expect(run.status == status, "\(run.stderr)")
        #expect(run.stdout.contains(text), "\(run.stdout)")
    }

    @Test(arguments: Scenario.all) func inputsDecideTheExitStatus(_ scenario: Scenario) throws {
        let manifests = scenario.manifests.path
        let run = try runDataplane(["compile", "-f", manifests, "-o", "stats", "--diagnostics", "json"])
        #expect(run.status == scenario.exit, "\(run.stderr)")
        #expect(run.stdout.isEmpty == (scenario.exit != 0))
        let lines = run.stderr.split(separator: "\n").filter { $0.hasPrefix("{") }
        let printed = try lines.map { try JSONDecoder().decode(PrintedFinding.self, from: Data($0.utf8)) }
        for finding in scenario.findings {
            #expect(printed.contains { $0.isAbout(finding) }, "\(run.stderr)")
        }
    }

    /// `dataplane test` over all of them, as a user runs it.
    @Test func testVerbCountsNoMismatch() throws {
        let folder = Corpora.checkout.appending(path: "Tests/Scenarios").path
        let run = try runDataplane(["test", folder, "--engine", "matcher"])
        let probes = Scenario.all.map(\.probes.count).reduce(0, +)
        #expect(run.stdout == "\(probes) probes, 0 mismatches, \(Scenario.all.count) cases\n")
        // Three of the cases hold an object that must be refused.
        #expect(run.status == 2)
    }

    /// One line of `--diagnostics json`.
    private struct PrintedFinding: Decodable {
        var severity: String
        var path: String?
        var line: UInt32?
        var message: String
        var hint: String?

        func isAbout(_ finding: Scenario.Finding) -> Bool {
            severity == finding.severity && path?.hasSuffix("/manifests/\(finding.file)") == true
                && line == finding.line && "\(message) \(hint ?? "")".contains(finding.contains)
        }
    }

    private func check(_ scenario: String, _ arguments: [String]) throws -> ProgramRun {
        let scenario = try #require(Scenario.all.first { $0.name == scenario })
        return try runDataplane(["check"] + arguments + ["-f", scenario.manifests.path])
    }
}

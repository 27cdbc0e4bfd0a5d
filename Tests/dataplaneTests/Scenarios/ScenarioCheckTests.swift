import Diagnostics
import Explain
import Foundation
import PolicyTesting
import TestSupport
import Testing
import Workspace

@testable import dataplane

/// `check` answers every row of scenarios 000 to 003 that names a reason with that reason.
@Suite struct ScenarioCheckTests {
    private static let scenarios = Scenario.all.filter { $0.name < "004" }

    @Test func rowsWithReasonsAreMany() {
        let rows = Self.scenarios.flatMap(\.probes).filter { $0.reason != nil }
        #expect(rows.count >= 1_800)
        #expect(Set(rows.compactMap(\.reason?.code)).count >= 5)
    }

    @Test(arguments: scenarios) func printsTheReasonOfTheRow(_ scenario: Scenario) throws {
        let inputs = LoadedInputs.load([scenario.manifests.path], recursive: true, whatIf: true)
        for probe in scenario.probes {
            guard let reason = probe.reason else { continue }
            let options = try probe.checkOptions()
            let report = try Self.report(options, inputs)
            #expect(report.status == (probe.allowed ? .success : .different), "\(probe.text)")
            expectText(report.text(options, inputs), toName: reason, probe)
            try expectJSON(report.json(inputs), toName: reason, probe)
        }
    }

    private static func report(_ options: CheckOptions, _ inputs: LoadedInputs) throws -> CheckReport {
        let queries = try options.queries(inputs)
        var engine = try EngineName.matcher.make(inputs)
        let answers = try ConnectionJudge.answer(queries, tree: inputs.tree, engine: &engine)
        return CheckReport(
            questions: try zip(queries, answers).map { CheckedQuestion(query: $0, answer: try $1.get()) })
    }

    private func expectText(_ text: String, toName reason: Scenario.Reason, _ probe: Scenario.Probe) {
        if reason.code != "SAME_POD" { #expect(text.contains("  reason: \(reason.code) "), "\(probe.text)") }
        for policy in reason.isolatedBy ?? [] { #expect(text.contains(policy), "\(probe.text)") }
        if let miss = reason.nearestMiss {
            #expect(text.contains("  nearest miss: \(miss.policy) rule \(miss.rule) ("), "\(probe.text)")
        }
        if !probe.allowed, reason.direction == "egress", let other = probe.otherEnd {
            let verdict = other.allowed ? "allow" : "deny"
            #expect(
                text.contains("the other end alone would \(verdict): ingress of \(other.endpoint): "), "\(probe.text)")
        }
    }

    private func expectJSON(_ json: String, toName reason: Scenario.Reason, _ probe: Scenario.Probe) throws {
        let printed = try JSONDecoder().decode(PrintedReport.self, from: Data(json.utf8))
        let answer = try #require(printed.questions.first?.answers.first)
        #expect(printed.verdict == (probe.allowed ? "allow" : "deny"))
        #expect(answer.reason == reason.code, "\(probe.text)")
        guard reason.code != "SAME_POD" else { return }
        #expect(answer.direction == reason.direction, "\(probe.text)")
        #expect(answer.rule == reason.rule || reason.rule == nil, "\(probe.text)")
        let policies = reason.policy.map { [$0] } ?? reason.isolatedBy
        #expect(answer.policies?.sorted() == policies?.sorted(), "\(probe.text)")
        // The made-up pod of `rc/NS/NAME` is called NS/NAME-something.
        if let endpoint = reason.endpoint?.replacing("rc/", with: "") {
            #expect(answer.endpoint?.hasPrefix(endpoint) == true, "\(probe.text)")
        }
    }
}

/// What `check -o json` prints.
private struct PrintedReport: Decodable {
    struct Question: Decodable {
        var answers: [Answer]
    }

    struct Answer: Decodable {
        var reason: String
        var direction: String?
        var endpoint: String?
        var policies: [String]?
        var rule: Int?
    }

    var verdict: String
    var questions: [Question]
}

extension Scenario.Probe {
    /// The words behind `dataplane check`.
    var checkArguments: [String] {
        var words = [src, dst]
        if let port { words += ["--protocol", self.protocol.lowercased(), "--port", "\(port)"] }
        if let icmpType { words += ["--icmp-type", "\(icmpType)"] }
        return words
    }

    var text: String { checkArguments.joined(separator: " ") }

    fileprivate func checkOptions() throws -> CheckOptions {
        let outcome = ArgpTable(CheckOptions.command).parse(checkArguments)
        try #require(outcome.ending == .complete)
        return try CheckOptions(outcome.arguments)
    }
}

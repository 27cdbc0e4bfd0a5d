import Classification
public import Diagnostics
import Explain
import Foundation
import NetTypes
import NetworkTopology
import PolicyIR
import Workspace

/// One probe that did not get the verdict, or the reason, that its case demands.
public struct ProbeMismatch: Sendable {
    public var caseName: String
    public var engine: EngineName
    /// `src -> dst TCP 80: expected allow, got deny` and, for reasons, what differs.
    public var headline: String
    /// The reference evaluator's walk over the packet.
    public var walk: [String]
}

/// What a test run found; the sum of its cases.
public struct PolicyTestReport: Sendable {
    public var probes = 0
    public var cases = 0
    public var mismatches: [ProbeMismatch] = []
    /// Diagnostics of each case's manifests, with the sources to print them.
    public var problems: [(sources: SourceMap, diagnostics: [Diagnostic])] = []
    /// Cases that could not be run, each a sentence.
    public var failures: [String] = []
    /// Cases of measured packets.
    public var measured = MeasuredReport()

    public init() {}

    /// `N probes, N mismatches, N cases`; of measured packets a line of their own.
    public var summary: String {
        let questions = "\(probes) probes, \(questionMismatches) mismatches, \(cases) cases"
        if measured.cases == 0 { return questions }
        return cases == 0 ? measured.summary : questions + "\n" + measured.summary
    }

    private var questionMismatches: Int { mismatches.count - measured.mismatches }

    public mutating func add(_ other: PolicyTestReport) {
        probes += other.probes
        cases += other.cases
        measured.add(other.measured)
        mismatches += other.mismatches
        problems += other.problems
        failures += other.failures
    }
}

extension PolicyTestCase {
    /// Puts every probe of the case to every engine.
    ///
    /// - Parameter node: the node that judges alone; `nil`: every node its own side. Measured packets name theirs.
    public func run(_ engines: [EngineName], node: String? = nil) throws(EngineError) -> PolicyTestReport {
        if isMeasured { return try runProbes(engines) }
        var report = PolicyTestReport()
        report.cases = 1
        let inputs = load()
        if !inputs.diagnostics.isEmpty {
            report.problems = [(inputs.sources, inputs.diagnostics)]
        }
        let probes: [ExpectFile.Probe]
        do throws(PolicyTestError) {
            probes = try ExpectFile.read(expectation).probes
        } catch {
            report.failures = [error.message]
            return report
        }
        report.probes = probes.count
        let judging = node.flatMap { inputs.tree.topology.node(named: $0) }
        if let node, judging == nil {
            report.failures = ["\(name): the manifests know no node \(node)"]
            return report
        }
        let queries = probes.map { probe in
            probe.query(inputs).map { query in
                var query = query
                query.node = judging
                return query
            }
        }
        let answerable = queries.compactMap { try? $0.get() }
        for name in engines {
            var engine = try name.make(inputs)
            var answers = try ConnectionJudge.answer(answerable, tree: inputs.tree, engine: &engine).makeIterator()
            for (probe, query) in zip(probes, queries) {
                let answer = query.flatMap { _ in answers.next() ?? .failure(QueryError(message: "no answer")) }
                guard let headline = probe.difference(from: answer, inputs) else { continue }
                report.mismatches.append(
                    ProbeMismatch(
                        caseName: self.name, engine: name, headline: headline,
                        walk: (try? query.get()).map { ReferenceWalk.lines($0, inputs) } ?? []))
            }
        }
        return report
    }
}

/// The reference evaluator's way over a question, for people.
enum ReferenceWalk {
    static func lines(_ query: ConnectionQuery, _ inputs: LoadedInputs) -> [String] {
        guard case .packets(let packets)? = try? query.plan(inputs.tree) else { return [] }
        let evaluator = ReferenceEvaluator(inputs.cluster)
        return packets.flatMap { packet in
            ["\(packet.key)"]
                + packet.legs.flatMap { leg in
                    evaluator.judge(leg.visit, leg.key, state: .new).walk.lines(inputs.sources)
                }
        }
    }

    static func lines(_ request: EngineRequest, _ inputs: LoadedInputs) -> [String] {
        let judgement = ReferenceEvaluator(inputs.cluster).judge(request.visit, request.key, state: request.state)
        return ["\(request.key) \(request.state.word)"] + judgement.walk.lines(inputs.sources)
    }
}

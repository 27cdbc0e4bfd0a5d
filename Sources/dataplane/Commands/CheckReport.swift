import Classification
import Diagnostics
import Explain
import NetTypes
import NetworkTopology
import PolicyIR
import PolicyTesting
import Workspace

/// One question with its answer and what explains it.
struct CheckedQuestion {
    var query: ConnectionQuery
    var answer: ConnectionAnswer
    /// With everything staged carried out; `nil` when nothing is staged.
    var staged: ConnectionAnswer?

    var word: String { answer.word }

    /// `TCP 8080`, `ICMP`, …
    var what: String { "\(query.proto)" + (query.port.map { " \($0)" } ?? "") }
}

/// What `check` prints.
struct CheckReport {
    var questions: [CheckedQuestion]
    /// The inputs that staged answers are from; `nil` when nothing is staged.
    private var preview: LoadedInputs?

    init(questions: [CheckedQuestion]) { self.questions = questions }

    /// Puts the answers of the preview beside those of the enforced policies.
    mutating func addPreview(_ answers: [ConnectionAnswer], _ inputs: LoadedInputs) {
        for (index, answer) in zip(questions.indices, answers) { questions[index].staged = answer }
        preview = inputs
    }

    /// Allowed when at least one question is; an undecided one is not.
    var status: ExitStatus { questions.contains { $0.answer.verdict == .accept } ? .success : .different }

    // MARK: Text

    func text(_ options: CheckOptions, _ inputs: LoadedInputs) -> String {
        questions.flatMap { question in
            lines(question.answer, question.what, options, inputs) + stagedLines(question, options, inputs)
        }.map { $0 + "\n" }.joined()
    }

    /// Where the staged policies matter: the whole answer if the verdict is another, else the other reasons.
    private func stagedLines(
        _ question: CheckedQuestion, _ options: CheckOptions, _ inputs: LoadedInputs
    ) -> [String] {
        guard let preview, let staged = question.staged else { return [] }
        let (before, after) = (question.answer.outcomes(inputs), staged.outcomes(preview))
        if before.map(\.verdict) != after.map(\.verdict) {
            return ["  with the staged policies enforced:"]
                + lines(staged, question.what, options, preview).map { "    \($0)" }
        }
        let others = zip(before, after).filter { $0.reason != $1.reason }.compactMap(\.1.reason)
        return others.isEmpty
            ? []
            : ["  with the staged policies enforced: \(staged.word.uppercased()) as well"]
                + others.map { "    reason: \($0)" }
    }

    private func lines(
        _ answer: ConnectionAnswer, _ what: String, _ options: CheckOptions, _ inputs: LoadedInputs
    ) -> [String] {
        let head = "\(answer.word.uppercased()) \(what)"
        switch answer {
        case .samePod: return ["\(head): \(sentence(.samePod, .accept, inputs))"]
        case .serviceWithoutBackends(let name):
            return ["\(head): \(sentence(.noBackend, .drop, inputs)): \(name)"]
        case .judged(let packets):
            return [head] + packets.flatMap { lines($0, options, inputs).map { "  \($0)" } }
        }
    }

    private func sentence(_ code: Reason.Code, _ verdict: Verdict, _ inputs: LoadedInputs) -> String {
        Reason(code: code, verdict: verdict).text(inputs.sources)
    }

    private func lines(_ judged: JudgedPacket, _ options: CheckOptions, _ inputs: LoadedInputs) -> [String] {
        let sent = judged.packet.sent.map { ", sent to \($0.destination):\($0.destinationPort)" } ?? ""
        let service = judged.packet.service.map { " (service \($0)\(sent))" } ?? ""
        var lines = ["\(judged.verdict.word) \(judged.packet.key)\(service)"]
        if let reason = judged.reason(inputs.tree) {
            lines.append("reason: \(reason.code.rawValue) \(reason.text(inputs.sources))")
        }
        let evaluator = ReferenceEvaluator(inputs.cluster)
        let walks = judged.packet.legs.map { evaluator.judge($0.visit, $0.key, state: .new) }
        if judged.verdict == .drop, let walk = walks.first(where: { $0.verdict == .drop })?.walk,
            let miss = NearestMiss(in: walk)
        {
            lines.append(miss.text(inputs.sources))
        }
        if let other = otherEnd(judged, evaluator, inputs) { lines.append(other) }
        for (leg, walk) in zip(judged.packet.legs, walks) {
            lines.append("at node \(inputs.tree.topology.nodes[leg.visit.node.value].name):")
            lines += walk.walk.filter { options.isVerbose || !$0.isMismatch }.lines(inputs.sources).map { "  \($0)" }
            if walk.verdict == .drop { break }
        }
        return lines
    }

    /// What the destination would have said to a packet that the source's egress denies.
    private func otherEnd(
        _ judged: JudgedPacket, _ evaluator: ReferenceEvaluator, _ inputs: LoadedInputs
    ) -> String? {
        let topology = inputs.tree.topology
        guard judged.verdict == .drop, judged.steps?.last?.direction == .egress,
            case .endpoint(let destination) = topology.owner(of: judged.packet.key.destination)
        else { return nil }
        let visit = Visit(
            node: topology.endpoints[destination.value].node, from: .outside(interface: topology.defaultInterface),
            to: .workload(destination))
        guard let step = evaluator.judge(visit, judged.packet.key, state: .new).steps.last else { return nil }
        let reason = inputs.tree.reason(for: step)
        return "the other end alone would \(step.verdict.word): \(reason.text(inputs.sources))"
    }

    // MARK: JSON

    /// One object; ends in a newline.
    func json(_ inputs: LoadedInputs) -> String {
        let items = questions.map { question in
            "{\"protocol\":\(JSONText.quoted(question.query.proto.description)),"
                + (question.query.port.map { "\"port\":\($0)," } ?? "") + members(question.answer, inputs)
                + staged(question) + "}"
        }
        let verdict = status == .success ? "allow" : "deny"
        return "{\"apiVersion\":\"dataplane/v1\",\"kind\":\"CheckReport\",\"verdict\":\"\(verdict)\",\"questions\":["
            + items.joined(separator: ",") + "]}\n"
    }

    private func staged(_ question: CheckedQuestion) -> String {
        guard let preview, let staged = question.staged else { return "" }
        return ",\"staged\":{\(members(staged, preview))}"
    }

    private func members(_ answer: ConnectionAnswer, _ inputs: LoadedInputs) -> String {
        "\"verdict\":\"\(answer.word)\",\"answers\":[\(answers(answer, inputs).joined(separator: ","))]"
    }

    private func answers(_ answer: ConnectionAnswer, _ inputs: LoadedInputs) -> [String] {
        guard case .judged(let packets) = answer else {
            return answer.reason(inputs.tree).map { ["{\($0.jsonMembers(inputs.sources))}"] } ?? []
        }
        return packets.map { packet in
            let reason = packet.reason(inputs.tree).map { ",\($0.jsonMembers(inputs.sources))" } ?? ""
            return "{\"packet\":\(JSONText.quoted(packet.packet.key.description)),"
                + "\"verdict\":\"\(packet.verdict.word)\"\(reason)}"
        }
    }
}

extension ConnectionAnswer {
    fileprivate var word: String { verdict?.word ?? "undecided" }

    /// Verdict and reason, of each packet where there are some.
    fileprivate func outcomes(_ inputs: LoadedInputs) -> [(verdict: Verdict?, reason: String?)] {
        guard case .judged(let packets) = self else {
            return [(verdict, reason(inputs.tree).map { $0.text(inputs.sources) })]
        }
        return packets.map { packet in
            let reason = packet.reason(inputs.tree)
            return (packet.verdict, reason.map { "\($0.code.rawValue) \($0.text(inputs.sources))" })
        }
    }
}

extension Reason {
    /// The members of a JSON object, without its braces.
    fileprivate func jsonMembers(_ sources: SourceMap) -> String {
        var members = ["\"reason\":\"\(code.rawValue)\""]
        if let direction { members.append("\"direction\":\"\(direction.word)\"") }
        if let endpoint { members.append("\"endpoint\":\(JSONText.quoted(endpoint))") }
        if let tier { members.append("\"tier\":\(JSONText.quoted(tier))") }
        if !policies.isEmpty {
            let names = policies.map { JSONText.quoted($0.description) }.joined(separator: ",")
            members.append("\"policies\":[\(names)]")
        }
        if let profile { members.append("\"profile\":\(JSONText.quoted(profile))") }
        if let ruleIndex { members.append("\"rule\":\(ruleIndex)") }
        if let ruleName { members.append("\"ruleName\":\(JSONText.quoted(ruleName))") }
        if let location { members.append("\"source\":\(JSONText.quoted(sources.text(location)))") }
        if let domain { members.append("\"domain\":\(JSONText.quoted("\(domain)"))") }
        members.append("\"text\":\(JSONText.quoted(text(sources)))")
        return members.joined(separator: ",")
    }
}

extension WalkEvent {
    /// A rule that was tried in vain.
    fileprivate var isMismatch: Bool {
        guard case .rule(_, _, _, let mismatches, _) = self else { return false }
        return !mismatches.isEmpty
    }
}

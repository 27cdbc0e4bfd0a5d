import Foundation
import Matching
import NetTypes
import NetworkTopology
import PolicyIR
import TraceReplay
import Workspace

extension PolicyTestCase {
    /// Puts every measured probe of the case to every engine.
    func runProbes(_ engines: [EngineName]) throws(EngineError) -> PolicyTestReport {
        var report = PolicyTestReport()
        report.measured.cases = 1
        let test: ProbeCase
        let packets: [[ProbedPacket]]
        do throws(PolicyTestError) {
            test = try ProbeCase(self)
            packets = try ProbedPacket.conversations(test)
        } catch {
            report.failures = [error.message]
            return report
        }
        if !test.inputs.diagnostics.isEmpty { report.problems = [(test.inputs.sources, test.inputs.diagnostics)] }
        report.measured.probes = test.file.probes.count
        for name in engines {
            let answers =
                name == .kernel
                ? try ProbeKernel.answers(packets, test) : try ProbeJudge.answers(packets, test, engine: name)
            for (conversation, given) in zip(packets, answers) {
                for (packet, answer) in zip(conversation, given) {
                    compare(packet, answer, name, test, &report)
                }
            }
        }
        report.measured.mismatches = report.mismatches.count
        return report
    }

    private func compare(
        _ packet: ProbedPacket, _ answer: ProbeAnswer, _ engine: EngineName, _ test: ProbeCase,
        _ report: inout PolicyTestReport
    ) {
        let probe = packet.probe
        let verdict = answer.answer.verdict.word
        if let quirk = probe.quirk {
            let fault = CalicoQuirk.named(inCorpus: quirk)
            let headline =
                "\(probe.headline): Calico's rules \(probe.verdict.rawValue), meaning \(verdict): "
                + (fault.map { "\($0.name) [\($0.id)]" } ?? quirk)
            report.measured.quirks.append(MeasuredQuirk(caseName: name, engine: engine, headline: headline))
            return
        }
        let walk = { answer.request.map { ReferenceWalk.lines($0, test.inputs) } ?? [] }
        if verdict != probe.verdict.rawValue {
            report.mismatches.append(
                ProbeMismatch(
                    caseName: name, engine: engine,
                    headline: "\(probe.headline): measured \(probe.verdict.rawValue), got \(verdict)", walk: walk()))
        } else if let decided = probe.decided, let steps = answer.listedSteps, steps != decided {
            report.measured.decidedOtherwise.append(
                ProbeMismatch(
                    caseName: name, engine: engine,
                    headline: "\(probe.headline): \(verdict) as measured, decided by \(Self.text(steps)), measured "
                        + Self.text(decided), walk: walk()))
        }
    }

    private static func text(_ steps: [ProbeStep]) -> String {
        steps.isEmpty ? "nothing" : steps.map(\.text).joined(separator: ", then ")
    }
}

extension ProbesFile.Probe {
    fileprivate var headline: String {
        let ports = port.map { " \($0)" } ?? icmpType.map { " type \($0) code \(icmpCode ?? 0)" } ?? ""
        let ends = [(srcName, src), (dstName, dst)].map { name, address in name ?? address.value.description }
        return "probe \(id) \(`in`) to \(out): \(ends[0]) -> \(ends[1]) \(`protocol`.text)\(ports)"
    }
}

/// A probe with its packet and what is known of its way.
struct ProbedPacket {
    var probe: ProbesFile.Probe
    var bytes: [UInt8]
    /// As it enters.
    var facts: PacketFacts
    var plain: Visit
    /// The way and key where a translation of the node applies.
    var translated: (visit: Visit, key: FlowKey)?

    static func conversations(_ test: ProbeCase) throws(PolicyTestError) -> [[ProbedPacket]] {
        let builder = ProbePacket(test: test)
        var conversations: [[ProbedPacket]] = []
        for probes in test.conversations {
            var packets: [ProbedPacket] = []
            for probe in probes {
                let bytes = try builder.bytes(probe)
                guard let facts = PacketFacts(packet: bytes) else {
                    throw PolicyTestError(message: "probe \(probe.id): its own packet cannot be read back")
                }
                let visits = test.visits(of: probe)
                var packet = ProbedPacket(
                    probe: probe, bytes: bytes, facts: facts, plain: visits.plain, translated: nil)
                if let visit = visits.translated, let entry = test.translation(of: probe) {
                    var key = facts.key
                    key.destination = entry.toAddress.value
                    key.destinationPort = entry.toPort
                    packet.translated = (visit, key)
                }
                packets.append(packet)
            }
            conversations.append(packets)
        }
        return conversations
    }
}

/// What an engine said of a probe, and what it was asked; `nil` of an engine that saw the packet itself.
struct ProbeAnswer {
    var answer: EngineAnswer
    var request: EngineRequest?

    /// In the words of the format: every acceptance, or the one denial.
    var listedSteps: [ProbeStep]? {
        guard let steps = answer.steps else { return nil }
        return (answer.verdict == .accept ? steps[...] : steps.suffix(1)).compactMap(ProbeStep.init)
    }
}

/// Asks an engine that takes the connection state as a fact: tracking is done here, each conversation on its own.
enum ProbeJudge {
    static func answers(
        _ conversations: [[ProbedPacket]], _ test: ProbeCase, engine name: EngineName
    ) throws(EngineError) -> [[ProbeAnswer]] {
        var engine = try name.make(test.inputs)
        var answers: [[ProbeAnswer]] = []
        for conversation in conversations {
            var flows = FlowTable(capacity: 64)
            var given: [ProbeAnswer] = []
            for packet in conversation { given.append(try answer(packet, test.node, &flows, &engine)) }
            answers.append(given)
        }
        return answers
    }

    private static func answer(
        _ packet: ProbedPacket, _ node: NodeIndex, _ flows: inout FlowTable, _ engine: inout any VerdictEngine
    ) throws(EngineError) -> ProbeAnswer {
        let facts = packet.facts.connection ?? .invalid
        var key = packet.translated?.key ?? packet.facts.key
        var visit = packet.translated?.visit ?? packet.plain
        var tracking = flows.begin(key, facts, at: node, time: 0)
        if tracking.state == .invalid, packet.translated != nil {
            // Connection tracking gives an invalid packet no connection, so nobody translates it.
            (key, visit) = (packet.facts.key, packet.plain)
            tracking = flows.begin(key, facts, at: node, time: 0)
        }
        let request = EngineRequest(visit: visit, key: key, state: tracking.state)
        guard let answer = try engine.judge([request]).first else {
            throw EngineError(engine: engine.name, message: "no answer", isEnvironment: false)
        }
        if answer.verdict == .accept, !answer.isUntracked { flows.confirm(tracking, time: 0) }
        return ProbeAnswer(answer: answer, request: request)
    }
}

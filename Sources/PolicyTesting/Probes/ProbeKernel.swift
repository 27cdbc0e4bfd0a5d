import KernelVerification
import NetTypes
import NetworkTopology
import Workspace

/// Puts probes before the real kernel: one namespace with the node's interfaces, our rules and the case's
/// translations, real connection tracking. Needs root, and the stock `nft` for the translations.
enum ProbeKernel {
    static func answers(
        _ conversations: [[ProbedPacket]], _ test: ProbeCase
    ) throws(EngineError) -> [[ProbeAnswer]] {
        let batch = try NodeBatch.bytes(test.inputs.tree, test.node, engine: .kernel)
        do throws(KernelHarnessError) {
            let kernel = try KernelNode(test.topology.layout(of: test.node))
            try kernel.load(batch: batch)
            if let rules = translations(test.file.nat ?? []) { try kernel.load(text: rules) }
            let single = conversations.indices.filter { conversations[$0].count == 1 }
            let long = conversations.indices.filter { conversations[$0].count > 1 }
            let alone = try kernel.observe(single.map { injection(conversations[$0][0]) })
            let later = try kernel.observe(conversations: long.map { conversations[$0].map(injection) })
            var answers = Array(repeating: [ProbeAnswer](), count: conversations.count)
            for (index, observation) in zip(single, alone) { answers[index] = [answer(observation)] }
            for (index, observations) in zip(long, later) { answers[index] = observations.map(answer) }
            return answers
        } catch {
            throw EngineError(engine: .kernel, message: "\(error)", isEnvironment: error.isEnvironment)
        }
    }

    private static func injection(_ packet: ProbedPacket) -> Injection {
        Injection(packet.probe.in == "local" ? .local : .interface(packet.probe.in), packet.bytes)
    }

    private static func answer(_ observation: Observation) -> ProbeAnswer {
        ProbeAnswer(answer: EngineAnswer(verdict: observation.verdict, steps: nil), request: nil)
    }

    private static func translations(_ entries: [ProbeTranslation]) -> String? {
        guard !entries.isEmpty else { return nil }
        return [IPFamily.v4, .v6].map { family in
            let rules = entries.filter { $0.toAddress.value.family == family }.map { rule($0, family) }
                .joined(separator: "; ")
            return """
                table \(family == .v4 ? "ip" : "ip6") translations {
                    chain arriving { type nat hook prerouting priority -100; \(rules); }
                    chain own { type nat hook output priority -100; \(rules); }
                }

                """
        }.joined()
    }

    /// Nothing of the file's text goes to nft: numbers and addresses alone.
    private static func rule(_ entry: ProbeTranslation, _ family: IPFamily) -> String {
        let name = family == .v4 ? "ip" : "ip6"
        let destination = entry.dst.map { "\(name) daddr \($0.value)" } ?? "fib daddr type local"
        let target = family == .v4 ? "\(entry.toAddress.value)" : "[\(entry.toAddress.value)]"
        let proto = entry.protocol.number.map { "meta l4proto \($0.rawValue) " } ?? ""
        return "\(destination) \(proto)th dport \(entry.port) dnat to \(target):\(entry.toPort)"
    }
}

import Classification
import NetTypes
import NetworkTopology
import NftablesInterpreter
import NftablesKernel
import NftablesRuleset

/// The rules that we would send to each node's kernel, taken back out of their netlink bytes and interpreted.
struct NftEngine: VerdictEngine {
    let name = EngineName.nft
    private let topology: Topology
    /// Parallel to the topology's nodes.
    private let rulesets: [Ruleset]

    init(_ tree: MatchTree) throws(EngineError) {
        topology = tree.topology
        var rulesets: [Ruleset] = []
        for node in tree.topology.nodes.indices {
            let batch = try NodeBatch.bytes(tree, NodeIndex(node), engine: .nft)
            do throws(NftablesInterpreter.RulesetError) {
                rulesets.append(try Ruleset(messages: [batch]))
            } catch {
                throw EngineError(engine: .nft, message: "\(error)", isEnvironment: false)
            }
        }
        self.rulesets = rulesets
    }

    func judge(_ requests: [EngineRequest]) throws(EngineError) -> [EngineAnswer] {
        var answers: [EngineAnswer] = []
        answers.reserveCapacity(requests.count)
        for request in requests {
            answers.append(EngineAnswer(verdict: try judge(request), steps: nil))
        }
        return answers
    }

    private func judge(_ request: EngineRequest) throws(EngineError) -> Verdict {
        let visit = request.visit
        let bytes = try RequestPacket.bytes(request.key, engine: .nft)
        var packet: PacketContext
        do throws(PacketFault) {
            packet = try PacketContext(
                bytes, input: topology.interfaceName(visit.from).map { PacketContext.Interface($0) },
                output: topology.interfaceName(visit.to).map { PacketContext.Interface($0) },
                connection: connection(request.state))
        } catch {
            throw EngineError(engine: .nft, message: "\(request.key): \(error)", isEnvironment: false)
        }
        for hook in hooks(visit) {
            let result = rulesets[visit.node.value].run(hook, packet)
            if result.verdict == .drop { return .drop }
            packet.mark = result.mark
        }
        return .accept
    }

    private func hooks(_ visit: Visit) -> [Hook] {
        switch (visit.from, visit.to) {
        case (.host, _): Hook.sent
        case (_, .host): Hook.delivered
        default: Hook.forwarded
        }
    }

    private func connection(_ state: FlowState) -> PacketContext.Connection {
        switch state {
        case .new: .tracked(.new)
        case .established: .tracked(.established)
        case .related: .tracked(.related)
        case .invalid: .invalid
        case .untracked: .untracked
        }
    }
}

/// The batch that would load a node's rules.
enum NodeBatch {
    static func bytes(_ tree: MatchTree, _ node: NodeIndex, engine: EngineName) throws(EngineError) -> [UInt8] {
        let table: NftTable
        do throws(NftablesRuleset.RulesetError) {
            table = try NftTable(tree, view: .node(node))
        } catch {
            throw EngineError(engine: engine, message: "\(error)", isEnvironment: false)
        }
        do throws(KernelError) {
            return try NftBatch(replacing: table).bytes
        } catch {
            throw EngineError(engine: engine, message: "\(error)", isEnvironment: false)
        }
    }
}

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
            var passage = RulesetPassage(rulesets[request.visit.node.value], topology, request)
            let verdict = try passage.verdict()
            answers.append(EngineAnswer(verdict: verdict, steps: nil, isUntracked: passage.isUntracked))
        }
        return answers
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

import Classification
import Matching
import NetTypes
import NetworkTopology
import TreeFixtures

/// Small random clusters for the tables: programs in both directions, two nodes, pods with addresses that rules know.
struct TableWorld {
    let tree: MatchTree
    private var worlds: RandomTrees
    private let addresses: [IPAddress]

    init(seed: UInt64, settings: (inout NodeSettings) -> Void = { _ in }) {
        worlds = RandomTrees(seed: seed)
        var tree = worlds.tree()
        TableWorld.addEgress(&tree)
        let ingress = tree.programs.indices.filter { tree.programs[$0].direction == .ingress }
        let egress = tree.programs.indices.filter { tree.programs[$0].direction == .egress }
        let nodes = (0..<2).map {
            Topology.Node(name: "n\($0)", addresses: [IPAddress(v4: 0xc000_0201 + UInt32($0))])
        }
        var pods: [Topology.Endpoint] = []
        for index in 0..<10 {
            // Inside and beside the blocks of RandomTrees.
            let low = UInt32(worlds.number(0...31))
            let v4 = IPAddress(v4: 0x0a41_0000 + low)
            let v6 = IPAddress(v6: (0xfd00 << 112) + UInt128(0x0a41_0000 + low))
            pods.append(
                Topology.Endpoint(
                    name: "ns/p\(index)", node: NodeIndex(worlds.number(0...1)), interface: "cali\(index)",
                    addresses: [v4, v6]))
            tree.endpoints.append(
                EndpointPrograms(
                    ingress: ProgramID(ingress[worlds.number(0...(ingress.count - 1))]),
                    egress: ProgramID(egress[worlds.number(0...(egress.count - 1))])))
        }
        tree.topology = Topology(nodes: nodes, endpoints: pods)
        tree.nodeSettings = nodes.map { _ in
            var one = NodeSettings()
            settings(&one)
            return one
        }
        self.tree = tree
        addresses = pods.flatMap(\.addresses)
    }

    /// Every chain and program once more, for the other direction.
    private static func addEgress(_ tree: inout MatchTree) {
        let chainCount = tree.chains.count
        for var chain in tree.chains {
            chain.direction = .egress
            tree.chains.append(chain)
        }
        func other(_ chain: ChainID) -> ChainID { ChainID(chain.value + chainCount) }
        for var program in tree.programs {
            program.direction = .egress
            program.profiles = program.profiles.map(other)
            for index in program.tiers.indices {
                program.tiers[index].chains = program.tiers[index].chains.map(other)
            }
            tree.programs.append(program)
        }
    }

    /// A packet between pods and addresses around them, of which most have a pod at one end at least.
    mutating func key() -> FlowKey {
        var key = worlds.key()
        let pods = addresses.filter { $0.family == key.family }
        if !worlds.chance(4) { key.source = pods[worlds.number(0...(pods.count - 1))] }
        if !worlds.chance(4) { key.destination = pods[worlds.number(0...(pods.count - 1))] }
        if worlds.chance(40), key.transport == .ports { (key.proto, key.destinationPort) = (.udp, 4789) }
        if worlds.chance(40), key.transport == .opaque { key.proto = .ipip }
        return key
    }
}

/// What `Matcher` says of a packet at both ends, in the terms of tables; steps of anything else than workloads' policy
/// make it `nil`.
func judgedEnds(_ matcher: Matcher, _ topology: Topology, _ key: FlowKey) -> (egress: TableEntry, ingress: TableEntry)?
{
    var (egress, ingress) = (TableEntry.notAsked, TableEntry.notAsked)
    let visits = topology.visits(from: key.source, to: key.destination)
    guard !visits.isEmpty else { return nil }
    for visit in visits {
        let judgement = matcher.judge(visit, key, state: .new)
        guard !judgement.isUntracked else { return nil }
        for step in judgement.steps {
            guard step.endpoint != nil, step.stage == .normal else { return nil }
            let entry = TableEntry(raw: step.site.value << 2 | (step.accepts ? 1 : 2))
            switch step.direction {
            case .egress where egress == .notAsked: egress = entry
            case .ingress where ingress == .notAsked: ingress = entry
            default: return nil
            }
        }
        if judgement.verdict == .drop { break }
    }
    return (egress, ingress)
}

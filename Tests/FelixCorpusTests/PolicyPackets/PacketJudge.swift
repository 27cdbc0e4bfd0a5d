import NetTypes
import NetworkTopology
import PacketDecoding
import PolicyIR
import PolicyTesting

/// Asks the engines about the packets of cases.
struct PacketJudge {
    private let cases: [PacketCase]
    private let cluster: PacketCluster
    private var engines: [any VerdictEngine] = []
    /// Packets that no engine of bytes can be asked about, since there are none.
    private(set) var withoutBytes = 0
    private(set) var asked = 0

    init(_ cases: [PacketCase], _ cluster: PacketCluster, engines names: [EngineName]) throws {
        self.cases = cases
        self.cluster = cluster
        for name in names { engines.append(try name.make(cluster.inputs)) }
    }

    /// What differs in each case, in their order.
    ///
    /// - Parameter directions: for cases that hold both ways.
    mutating func differences(directions: [Direction] = Direction.allCases) throws -> [[String]] {
        var differences: [[String]] = []
        for (number, packetCase) in cases.enumerated() {
            var found: [String] = []
            let packets = packetCase.realPackets
            let ways = packetCase.isAboutHost ? [.ingress] : packetCase.direction.map { [$0] } ?? directions
            for direction in ways {
                let requests = try packets.map {
                    EngineRequest(visit: try cluster.visit(number, $0, direction), key: $0.key, state: .new)
                }
                for index in engines.indices {
                    found += try judge(packets, requests, packetCase.endpoint, engineAt: index).map {
                        "\(direction.word) \($0)"
                    }
                }
            }
            differences.append(found)
        }
        return differences
    }

    private mutating func judge(
        _ packets: [CasePacket], _ requests: [EngineRequest], _ endpoint: PacketCase.Endpoint,
        engineAt place: Int
    ) throws -> [String] {
        let name = engines[place].name
        let seesBytes = name == .nft || name == .kernel
        let indices = packets.indices.filter { !seesBytes || (try? PacketEncoding.packet(packets[$0].key)) != nil }
        withoutBytes += packets.count - indices.count
        asked += indices.count
        let answers = try engines[place].judge(indices.map { requests[$0] })
        var differences: [String] = []
        for (index, answer) in zip(indices, answers) {
            let packet = packets[index]
            let allowed = outcomes(answer, endpoint)
            if !allowed.contains(packet.expected) {
                differences.append(
                    "\(name.rawValue): \(packet.key): \(answer.verdict.word), not \(packet.expected.rawValue)")
            }
        }
        return differences
    }

    /// What an answer can mean in the corpus' words: an engine that only sees packets vanish can't say why.
    private func outcomes(_ answer: EngineAnswer, _ endpoint: PacketCase.Endpoint) -> [CasePacket.Outcome] {
        guard let steps = answer.steps else { return answer.verdict == .drop ? [.deny, .error] : [.allow, .none] }
        if answer.verdict == .accept {
            return endpoint == .xdp && !answer.isUntracked ? [.none] : [.allow]
        }
        guard case .rule(.policy(let name, _), _)? = steps.last?.cause,
            cluster.policies[name.name]?.isMissing == true
        else { return [.deny] }
        return [.error]
    }
}

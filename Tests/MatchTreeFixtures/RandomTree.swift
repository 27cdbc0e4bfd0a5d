public import Classification
import NetTypes
import NetworkTopology
import TestSupport

/// Match trees at random, with every kind of condition, action and setting in them. Small ones: breadth comes from
/// the number of trees.
public struct RandomTree {
    private var random: SeededGenerator
    private var fixture: TreeFixture
    private var addressSets: [IPSetID] = []
    private var tripleSets: [IPSetID] = []

    public static func tree(seed: UInt64) -> MatchTree {
        var generator = RandomTree(seed: seed)
        return generator.build()
    }

    private init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let nodes = Int.random(in: 1...3, using: &random)
        var pods: [TreeFixture.Pod] = []
        for index in 0..<Int.random(in: 1...6, using: &random) {
            pods.append(
                TreeFixture.Pod(
                    "ns/pod-\(index)", node: Int.random(in: 0..<nodes, using: &random),
                    interface: index == 5 ? "veth\(index)" : "cali\(index)", addresses: ["10.0.0.\(index + 1)"]))
        }
        var settings: [NodeSettings] = []
        for _ in 0..<nodes {
            settings.append(
                NodeSettings(
                    endpointToHostAction: [.drop, .accept, .return].randomElement(using: &random) ?? .drop,
                    dropsInvalid: Bool.random(using: &random),
                    refusedVXLANPort: Bool.random(using: &random) ? 4789 : nil,
                    refusesIPIP: Bool.random(using: &random), denyRejects: Int.random(in: 0..<5, using: &random) == 0,
                    interfacePrefixes: Bool.random(using: &random) ? ["cali"] : ["cali", "tap"]))
        }
        fixture = TreeFixture(nodes: (0..<nodes).map { "node-\($0)" }, pods: pods, settings: settings)
        self.random = random
    }

    private mutating func build() -> MatchTree {
        addSets()
        var programs: [Direction: [ProgramID]] = [:]
        for direction in Direction.allCases {
            var policies: [[ChainID]] = []
            for tier in 0..<Int.random(in: 1...2, using: &random) {
                policies.append(
                    (0..<Int.random(in: 1...4, using: &random)).map { index in
                        fixture.policy("p\(index)", direction, tier: "tier\(tier)", rules: rules(4, passes: chance(3)))
                    })
            }
            let profiles = (0..<2).map { index in
                chance(8)
                    ? fixture.missingProfile("gone\(index)", direction)
                    : fixture.profile("kns.\(index)", direction, rules: rules(2, passes: chance(3)))
            }
            programs[direction] = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let tiers = policies.enumerated().map { index, chains in
                    ("tier\(index)", chains.filter { _ in chance(2) }, chance(2))
                }
                return fixture.program(
                    direction, tiers: tiers.filter { !$0.1.isEmpty }, profiles: profiles.filter { _ in chance(2) })
            }
        }
        fixture.assign(ingress: programs[.ingress] ?? [], egress: programs[.egress] ?? [])
        return fixture.tree
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    private mutating func addSets() {
        for index in 0..<8 {
            let count = Int.random(in: 0...6, using: &random)
            let blocks = (0..<count).map { _ in block() }
            addressSets.append(
                fixture.addresses(blocks, isDynamic: chance(2), meaning: "set \(index) \"quoted\""))
        }
        for index in 0..<4 {
            let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                AddressPort(
                    address: chance(4) ? IPAddress(v6: 0xfd00 << 112 | 5) : IPAddress(v4: 0x0a00_0001),
                    proto: [.tcp, .udp, .sctp].randomElement(using: &random) ?? .tcp, port: port())
            }
            tripleSets.append(fixture.triples(members, meaning: "port http\(index)"))
        }
    }

    private mutating func block() -> String {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: "0.0.0.0/\(Int.random(in: 0...3, using: &random))"
        case 1: "255.255.0.0/\(Int.random(in: 16...32, using: &random))"
        case 2: "::/\(Int.random(in: 0...3, using: &random))"
        case 3: "fd00::\(Int.random(in: 0...9, using: &random))/\(Int.random(in: 100...128, using: &random))"
        case 4, 5: "10.0.0.\(Int.random(in: 0...255, using: &random))/32"
        default: "10.\(Int.random(in: 0...3, using: &random)).0.0/\(Int.random(in: 8...30, using: &random))"
        }
    }

    private mutating func port() -> UInt16 {
        [0, 1, 80, 443, 4789, 8080, 65535].randomElement(using: &random) ?? 80
    }

    private mutating func rules(_ most: Int, passes: Bool) -> [(RuleAction, RuleMatch)] {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in
            let actions: [RuleAction] = passes ? [.allow, .deny, .pass, .log] : [.allow, .deny, .log]
            return (actions.randomElement(using: &random) ?? .allow, match())
        }
    }

    private mutating func match() -> RuleMatch {
        var match = RuleMatch(
            families: [.both, .both, .v4, .v6].randomElement(using: &random) ?? .both, protocols: protocols())
        if chance(4) {
            let icmp = ICMPMatch(type: chance(2) ? 8 : 3, code: chance(2) ? 1 : nil)
            if chance(2) { match.icmp = icmp } else { match.notICMP = icmp }
        } else {
            match.source = side(hasServices: false)
            match.destination = side(hasServices: true)
        }
        return match
    }

    private mutating func protocols() -> ProtocolSet {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return ProtocolSet(.udp)
        case 1: return ProtocolSet(.icmp)
        case 2: return ProtocolSet(.tcp).inverted
        case 3: return ProtocolSet(.tcp, .udp, IPProtocol(47))
        case 4: return ProtocolSet(.tcp, .udp).inverted
        case 5: return .all
        default: return ProtocolSet(.tcp)
        }
    }

    private mutating func side(hasServices: Bool) -> SideMatch {
        var side = SideMatch()
        if chance(2) { side.inSets = some(addressSets, atMost: 2) }
        if chance(3) { side.notInSets = some(addressSets, atMost: 2) }
        if hasServices, chance(6) { side.tripleSets = some(tripleSets, atMost: 1) }
        if chance(3) { side.ports = ports() }
        if chance(5) { side.notPorts = ports() }
        return side
    }

    private mutating func some(_ sets: [IPSetID], atMost: Int) -> [IPSetID] {
        (0..<Int.random(in: 0...atMost, using: &random)).compactMap { _ in sets.randomElement(using: &random) }
    }

    private mutating func ports() -> PortMatch {
        let ranges = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let ends = [port(), port()].sorted()
            return PortRange(ends[0], ends[1])
        }
        return PortMatch(ranges: PortRange.merged(ranges), namedSets: some(tripleSets, atMost: 2))
    }
}

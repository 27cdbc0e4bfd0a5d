import Classification
import NetTypes
import NetworkTopology
import TestSupport
import TreeFixtures

/// Random clusters of three nodes and nine pods with policies that tell ports and addresses apart.
struct PlainWorld {
    static let addresses =
        (0..<9).map { "10.0.\($0 / 3).\($0 % 3 + 1)" } + ["fd00::1", "fd00::2", "fd00::3"]
        + ["198.51.100.7", "203.0.113.9", "192.0.2.1", "2001:db8::9"]
    static let serviceAddresses = addresses + ["10.96.0.1", "10.96.0.2"]

    let tree: MatchTree

    init(seed: UInt64, hasServices: Bool = false, isOdd: Bool = false) {
        var random = SeededGenerator(seed: seed)
        func chance(_ count: Int) -> Bool { Int.random(in: 1...count, using: &random) == 1 }
        var builder = TreeBuilder()
        let nodes = [
            builder.node("n1", "192.0.2.1"), builder.node("n2", "192.0.2.2"), builder.node("n3", "192.0.2.3"),
        ]
        for index in builder.settings.indices where isOdd {
            builder.settings[index].dropsInvalid = index != 1
            builder.settings[index].refusedVXLANPort = index == 0 ? 4789 : nil
        }
        var chains: [Direction: [ChainID]] = [:]
        for direction in [Direction.ingress, .egress] {
            chains[direction] = (0..<5).map { index in
                let peers = builder.addresses(
                    (0..<4).compactMap { _ in
                        IPPrefix(
                            "10.0.\(Int.random(in: 0...2, using: &random)).\(Int.random(in: 0...3, using: &random))/31")
                    })
                let rules = (0..<3).map { _ -> TreeBuilder.RuleText in
                    var match = RuleMatch()
                    let namesProtocol = chance(2)
                    if namesProtocol { match.protocols = ProtocolSet(chance(2) ? .tcp : .udp) }
                    if namesProtocol, chance(2) {
                        let port = PortRange(chance(2) ? 80 : 443)
                        match.destination = SideMatch(ports: PortMatch(ranges: [port], namedSets: []))
                    }
                    if chance(2) { match.source.inSets = [peers] }
                    return (chance(4) ? .deny : .allow, match)
                }
                return builder.policy("p\(index)\(direction)", direction, rules)
            }
        }
        let open = [Direction.ingress, .egress].map { direction in
            builder.profile("kns.ns", direction, [(.allow, RuleMatch())])
        }
        for index in 0..<9 {
            let programs = [Direction.ingress, .egress].enumerated().map { place, direction in
                let some = (chains[direction] ?? []).filter { _ in chance(3) }
                return builder.program(
                    direction, tiers: some.isEmpty ? [] : [("default", some, chance(3))], profiles: [open[place]])
            }
            let addresses = ["10.0.\(index / 3).\(index % 3 + 1)"] + (index % 3 == 0 ? ["fd00::\(index / 3 + 1)"] : [])
            builder.pod("ns/p\(index)", on: nodes[index / 3], addresses, ingress: programs[0], egress: programs[1])
        }
        if hasServices { builder.services = PlainWorld.services }
        tree = builder.build()
    }

    private static var services: ServiceTable {
        func backends(_ texts: String...) -> [ServiceTable.Backend] {
            texts.compactMap { IPAddress($0) }.map { ServiceTable.Backend(address: $0, port: 80) }
        }
        func frontend(_ text: String, _ port: UInt16) -> ServiceTable.Frontend {
            ServiceTable.Frontend(address: IPAddress(text) ?? IPAddress(v4: 0), proto: .tcp, port: port)
        }
        return ServiceTable(entries: [
            frontend("10.96.0.1", 80): ServiceTable.Entry(service: "ns/one", backends: backends("10.0.0.1")),
            frontend("10.96.0.2", 80): ServiceTable.Entry(
                service: "ns/two", backends: backends("10.0.1.1", "10.0.2.1")),
            frontend("192.0.2.1", 80): ServiceTable.Entry(
                service: "ns/port", kind: .nodePort, backends: backends("10.0.1.2")),
            frontend("192.0.2.2", 80): ServiceTable.Entry(
                service: "ns/port", kind: .nodePort, backends: backends("10.0.1.2")),
            frontend("192.0.2.3", 80): ServiceTable.Entry(
                service: "ns/port", kind: .nodePort, backends: backends("10.0.1.2")),
        ])
    }
}

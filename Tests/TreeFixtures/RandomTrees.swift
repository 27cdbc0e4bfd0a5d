public import Classification
public import NetTypes
import NetworkTopology
public import TestSupport

/// Small random trees over a small world, so that random packets meet their rules often.
public struct RandomTrees {
    public var random: SeededGenerator

    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A tree of a few sets, chains and programs, without endpoints.
    public mutating func tree() -> MatchTree {
        var builder = TreeBuilder()
        let addressSets = (0..<6).map { _ in builder.addresses((0..<number(0...5)).map { _ in block() }) }
        let tripleSets = (0..<4).map { _ in
            builder.triples(
                (0..<number(0...5)).map { _ in AddressPort(address: address(), proto: transport(), port: port()) })
        }
        let chains = (0..<8).map { index in
            builder.policy(
                "p\(index)", .ingress,
                (0..<number(0...5)).map { _ in (action(), match(addressSets, tripleSets)) })
        }
        for _ in 0..<6 {
            let tiers = (0..<number(0...3)).map { tier in
                (name: "t\(tier)", chains: (0..<number(1...3)).map { _ in pick(chains) }, drops: chance(3))
            }
            _ = builder.program(.ingress, tiers: tiers, profiles: (0..<number(0...2)).map { _ in pick(chains) })
        }
        return builder.build()
    }

    public mutating func key() -> FlowKey {
        let family: IPFamily = chance(3) ? .v6 : .v4
        let (source, destination) = (address(family), address(family))
        switch number(0...9) {
        case 0...5: return .ports(transport(), from: source, port(), to: destination, port())
        case 6, 7:
            return .icmp(from: source, to: destination, type: UInt8(number(0...3)), code: UInt8(number(0...2)))
        case 8: return .opaque(IPProtocol(UInt8(number(0...255))), from: source, to: destination)
        default:
            return FlowKey(source: source, destination: destination, proto: transport(), transport: .unreadable)
        }
    }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// True once in `count` times.
    public mutating func chance(_ count: Int) -> Bool { number(1...count) == 1 }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[number(0...(list.count - 1))] }

    private mutating func action() -> RuleAction { pick([.allow, .allow, .deny, .deny, .pass, .log]) }

    private mutating func transport() -> IPProtocol { pick([.tcp, .udp, .sctp, .udplite]) }

    private mutating func port() -> UInt16 { pick([0, 1, 52, 53, 79, 80, 81, 443, 65535]) }

    private mutating func address(_ family: IPFamily? = nil) -> IPAddress {
        let low = UInt32(number(0...15))
        let isV4 = family.map { $0 == .v4 } ?? !chance(3)
        let base = UInt32(pick([0x0a41_0000, 0x0a41_0010, 0xffff_fff0]))
        return isV4 ? IPAddress(v4: base + low) : IPAddress(v6: (0xfd00 << 112) + UInt128(base + low))
    }

    private mutating func block() -> IPPrefix {
        let address = address()
        let width = address.family.bitWidth
        return chance(2)
            ? IPPrefix(host: address)
            : IPPrefix(address, length: pick([0, width - 5, width - 4, width - 2, width - 1]))
    }

    private mutating func match(_ addresses: [IPSetID], _ triples: [IPSetID]) -> RuleMatch {
        var match = RuleMatch(source: side(addresses, triples), destination: side(addresses, triples))
        if chance(4) { match.families = chance(2) ? .v4 : .v6 }
        if chance(2) { match.protocols = chance(2) ? ProtocolSet(transport()) : ProtocolSet(transport()).inverted }
        if chance(8) { match.icmp = icmp() }
        if chance(8) { match.notICMP = icmp() }
        return match
    }

    private mutating func icmp() -> ICMPMatch {
        ICMPMatch(type: UInt8(number(0...3)), code: chance(2) ? UInt8(number(0...2)) : nil)
    }

    private mutating func side(_ addresses: [IPSetID], _ triples: [IPSetID]) -> SideMatch {
        var side = SideMatch()
        if chance(3) { side.inSets = [pick(addresses)] }
        if chance(6) { side.notInSets = [pick(addresses)] }
        if chance(10) { side.tripleSets = [pick(triples)] }
        if chance(6) { side.ports = ports(triples) }
        if chance(8) { side.notPorts = ports(triples) }
        return side
    }

    private mutating func ports(_ triples: [IPSetID]) -> PortMatch {
        let ranges = (0..<number(0...2)).map { _ in
            let (a, b) = (port(), port())
            return PortRange(min(a, b), max(a, b))
        }
        return PortMatch(ranges: PortRange.merged(ranges), namedSets: chance(2) ? [pick(triples)] : [])
    }
}

import NetTypes
import NetworkTopology
import PolicyIR
public import Workspace

/// Packets at the boundaries of a cluster's rules: most of them aimed at one rule, the others anywhere.
public struct PacketGenerator: Sendable {
    private let values: BoundaryValues
    private let topology: Topology
    private let aim: RuleAim

    public init(_ inputs: LoadedInputs) {
        values = BoundaryValues(inputs.cluster)
        topology = inputs.cluster.topology
        aim = RuleAim(values: values, objects: inputs.cluster.objects, services: inputs.cluster.serviceMembers)
    }

    /// The same seed gives the same packets. None where there is no node.
    public func packets(_ count: Int, seed: UInt64) -> [CasePacket] {
        var dice = Dice(seed: seed)
        guard !topology.nodes.isEmpty else { return [] }
        return (0..<count).map { _ in packet(&dice) }
    }

    private func packet(_ dice: inout Dice) -> CasePacket {
        var key: FlowKey
        var unreadablePercent = 4
        if dice.chance(70), let target = dice.pickIfAny(values.rules) {
            key = aim.key(target, &dice)
            if target.rule.excludesPorts { unreadablePercent = 15 }
        } else {
            key = dice.chance(6) ? housekeeping(&dice) : dice.chance(8) ? tunnel(&dice) : anywhere(&dice)
        }
        if dice.chance(unreadablePercent) { key = Self.unreadable(key) }
        let state: FlowState = dice.weighted([
            (84, .new), (3, .established), (3, .related), (5, .invalid), (5, .untracked),
        ])
        guard [.new, .established].contains(state), dice.chance(values.hasHostEndpoints ? 20 : 5) else {
            return CasePacket(key: key, state: state, path: path(of: key, &dice))
        }
        let path = path(of: key, &dice)
        return translated(CasePacket(key: key, state: state, path: path), &dice)
    }

    /// The same packet to an address that the node replaces, or, as often, to another one than the packet was aimed at,
    /// by which policy before translation still sees the aim.
    private func translated(_ packet: CasePacket, _ dice: inout Dice) -> CasePacket {
        var packet = packet
        let other = values.key(
            from: packet.key.source, to: values.address(packet.key.family, &dice), proto: packet.key.proto, &dice)
        var original = CasePacket.Original(address: other.destination, port: other.destinationPort)
        if dice.chance(50) {
            let aim = CasePacket.Original(address: packet.key.destination, port: packet.key.destinationPort)
            packet.key.destination = original.address
            if packet.key.transport == .ports { packet.key.destinationPort = original.port }
            packet.path = path(of: packet.key, &dice)
            original = aim
        }
        if packet.state == .established, dice.chance(50) {
            packet.translation = .answer
        } else {
            packet.translation = .destination(original)
        }
        return packet
    }

    private func path(of key: FlowKey, _ dice: inout Dice) -> CasePacket.Path {
        let hops = topology.visits(from: key.source, to: key.destination).count
        let node = dice.pick(topology.nodes).name
        switch dice.number(0...99) {
        case 0: return .fromUnknownInterface(node: node)
        case 1: return .toUnknownInterface(node: node)
        case 2: return .through(node: node)
        case 3...5: return dice.pickIfAny(topology.endpoints).map { .fromPod($0.name) } ?? .through(node: node)
        default: return hops == 0 ? .through(node: node) : .hop(dice.number(0...(hops - 1)))
        }
    }

    private func anywhere(_ dice: inout Dice) -> FlowKey {
        let family: IPFamily = dice.chance(65) ? .v4 : .v6
        return values.key(
            from: values.address(family, &dice), to: values.address(family, &dice), proto: values.proto(&dice), &dice)
    }

    /// What a pod says to its node before anything else, and types beside it (calico.md 4.6).
    private func housekeeping(_ dice: inout Dice) -> FlowKey {
        let pod = dice.pickIfAny(values.podAddresses[.v6] ?? [])
        let node = dice.pickIfAny(values.nodeAddresses[.v6] ?? [])
        guard let pod, let node else { return anywhere(&dice) }
        return .icmp(from: pod, to: node, type: UInt8(dice.number(128...138)), code: 0)
    }

    /// What nodes wrap their pods' packets in, from nodes and others (calico.md 4.6).
    private func tunnel(_ dice: inout Dice) -> FlowKey {
        let family: IPFamily = dice.chance(70) ? .v4 : .v6
        func end(_ dice: inout Dice) -> IPAddress {
            let nodes = values.nodeAddresses[family] ?? []
            return dice.chance(75) && !nodes.isEmpty ? dice.pick(nodes) : values.address(family, &dice)
        }
        let (source, destination) = (end(&dice), end(&dice))
        guard dice.chance(60) else { return .opaque(.ipip, from: source, to: destination) }
        return .ports(.udp, from: source, values.port(&dice), to: destination, values.vxlanPort)
    }

    /// The same packet with its transport header out of reach.
    private static func unreadable(_ key: FlowKey) -> FlowKey {
        FlowKey(source: key.source, destination: key.destination, proto: key.proto, transport: .unreadable)
    }
}

extension BoundaryValues {
    /// An end of a packet: mostly a pod, else any edge.
    func address(_ family: IPFamily, _ dice: inout Dice) -> IPAddress {
        let lists: [[IPAddress]?] = [podAddresses[family], nodeAddresses[family], addresses[family]]
        let list: [IPAddress]? = dice.weighted([
            (11, lists[0]), (hasHostEndpoints ? 6 : 2, lists[1]), (7, lists[2]),
        ])
        if let address = dice.pickIfAny(list ?? []) { return address }
        return dice.pickIfAny(addresses[family] ?? []) ?? IPAddress(family: family, bits: 1)
    }

    func proto(_ dice: inout Dice) -> IPProtocol {
        let usual: [IPProtocol] = [
            .tcp, .tcp, .udp, .udp, .icmp, .icmpv6, .sctp, .udplite, .ipip, .dccp, IPProtocol(47),
        ]
        return dice.weighted([
            (10, dice.pick(usual)), (8, dice.pickIfAny(protocols) ?? .tcp),
            (1, IPProtocol(UInt8(dice.number(0...255)))),
        ])
    }

    /// A packet of the protocol, with ports or types from the boundaries.
    func key(from source: IPAddress, to destination: IPAddress, proto: IPProtocol, _ dice: inout Dice) -> FlowKey {
        if proto.hasPorts {
            return .ports(proto, from: source, port(&dice), to: destination, port(&dice))
        }
        if proto == .icmp(of: source.family) {
            return .icmp(
                from: source, to: destination, type: dice.pick(icmpTypes + [UInt8(dice.number(0...255))]),
                code: dice.pick(icmpCodes))
        }
        return .opaque(proto, from: source, to: destination)
    }

    func port(_ dice: inout Dice) -> UInt16 { dice.chance(92) ? dice.pick(ports) : UInt16(dice.number(0...65_535)) }
}

extension PolicyRule {
    /// A packet whose header cannot be read fails even these.
    fileprivate var excludesPorts: Bool { source.hasNotPorts || destination.hasNotPorts }
}

import Classification
public import NetTypes
public import NetworkTopology

extension Matcher {
    /// The verdict of one node on a packet that passes it (calico.md 4.1, 4.3, 4.6).
    ///
    /// - Parameters:
    ///   - key: addresses and ports as policy sees them, after service translation.
    ///   - state: what connection tracking says; `.new` throughout for stateless judging.
    public func judge(_ visit: Visit, _ key: FlowKey, state: FlowState) -> Judgement {
        var stages = Stages(node: nodes[visit.node.value], key: key, state: state, isCut: false)
        pass(visit, &stages)
        return stages.judgement
    }

    /// The verdict on a packet whose transport header is cut off by the snapshot length; `nil` when those bytes could
    /// change it. The steps are those of a packet that none of the rules reading that header matches.
    public func judgeWithoutTransport(_ visit: Visit, _ key: FlowKey, state: FlowState) -> Judgement? {
        var stages = Stages(node: nodes[visit.node.value], key: key, state: state, isCut: true)
        pass(visit, &stages)
        guard !couldBeSpecial(visit, stages) else { return nil }
        // What an undecided stage let through may still have been dropped there, unless a later one drops it anyway.
        return stages.isDecided || stages.judgement.verdict == .drop ? stages.judgement : nil
    }

    /// Whether the missing bytes could make it VXLAN out of a pod, or neighbour discovery from a pod to its node.
    private func couldBeSpecial(_ visit: Visit, _ stages: Stages) -> Bool {
        guard !stages.isFinal else { return false }
        switch (visit.from, stages.judgement.verdict) {
        case (.workload, .accept):
            return stages.node.refusedVXLANPort >= 0 && stages.key.proto == .udp
        case (.workload, .drop), (.unknownWorkload, .drop):
            return visit.to == .host && stages.key.family == .v6 && stages.key.proto == .icmpv6
        default: return false
        }
    }

    private func pass(_ visit: Visit, _ stages: inout Stages) {
        switch (visit.from, visit.to) {
        case (.workload(let source), .host):
            toOwnHost(source, &stages)
        case (.workload(let source), let to):
            guard leave(source, &stages), !stages.isFinal else { return }
            enter(to, &stages)
        case (.unknownWorkload, .host) where stages.isNeighbourDiscovery:
            // Accepted before the dispatch that would find no endpoint (calico.md 5.4, wl-to-host).
            stages.decide(.neighbourDiscovery, accepts: true)
        case (.unknownWorkload, _):
            stages.decide(.unknownInterface, accepts: false)
        case (.host, .workload(let destination)):
            stages.decide(.hostToWorkload, at: destination, .ingress, accepts: true)
        case (.outside, .workload), (.outside, .unknownWorkload):
            enter(visit.to, &stages)
        case (.host, .unknownWorkload), (.host, .host), (.host, .outside), (.outside, .host), (.outside, .outside):
            stages.decide(.notPoliced, accepts: true)
        }
    }

    /// The receiving end of a forwarded packet.
    private func enter(_ to: Attachment, _ stages: inout Stages) {
        switch to {
        case .workload(let destination):
            guard stages.connectionTracking(at: destination, .ingress) else { return }
            _ = ask(endpoints[destination.value].ingress, at: destination, .ingress, &stages)
        case .unknownWorkload:
            stages.decide(.unknownInterface, accepts: false)
        case .host, .outside:
            break
        }
    }

    /// The egress chain of a pod. False when it drops the packet.
    private func leave(_ source: EndpointIndex, _ stages: inout Stages) -> Bool {
        guard stages.connectionTracking(at: source, .egress) else { return stages.judgement.verdict == .accept }
        guard stages.admitsEncapsulation(from: source) else { return false }
        return ask(endpoints[source.value].egress, at: source, .egress, &stages)
    }

    /// Policy of one end. Returns whether the packet goes on.
    private func ask(
        _ program: ProgramID, at endpoint: EndpointIndex, _ direction: Direction, _ stages: inout Stages
    ) -> Bool {
        guard stages.isCut else { return stages.decide(outcome(program, stages.key), at: endpoint, direction) }
        guard let outcome = outcomeWithoutTransport(program, stages.key) else {
            stages.isDecided = false
            return stages.decide(
                Outcome(accepts: true, site: FixedSite.notPoliced.id), at: endpoint, direction)
        }
        return stages.decide(outcome, at: endpoint, direction)
    }

    /// A pod to an address of its own node: its egress policy, then `defaultEndpointToHostAction`, which established
    /// packets never meet.
    private func toOwnHost(_ source: EndpointIndex, _ stages: inout Stages) {
        if stages.isNeighbourDiscovery {
            stages.decide(.neighbourDiscovery, at: source, .egress, accepts: true)
            return
        }
        guard leave(source, &stages), !stages.isFinal else { return }
        let action: FixedSite = stages.node.admitsToHost ? .endpointToHostAccept : .endpointToHostDrop
        stages.decide(action, at: source, .egress, accepts: stages.node.admitsToHost)
    }
}

/// The judgement of one packet while it passes the stages of a node.
private struct Stages {
    let node: FrozenNode
    let key: FlowKey
    let state: FlowState
    var judgement = Judgement()
    /// Accepted for good: the first endpoint chain that an established packet enters lets it pass all others.
    var isFinal = false
    /// The transport header is missing.
    let isCut: Bool
    /// False once a program's outcome depends on the missing header; the stage counts as passed then.
    var isDecided = true

    init(node: FrozenNode, key: FlowKey, state: FlowState, isCut: Bool) {
        self.node = node
        self.key = key
        self.state = state
        self.isCut = isCut
    }

    mutating func decide(
        _ site: FixedSite, at endpoint: EndpointIndex? = nil, _ direction: Direction = .ingress, accepts: Bool
    ) {
        judgement.append(Step(site.id, at: endpoint, direction, accepts: accepts))
    }

    /// Returns whether the packet goes on.
    mutating func decide(_ outcome: Outcome, at endpoint: EndpointIndex, _ direction: Direction) -> Bool {
        judgement.append(Step(outcome.site, at: endpoint, direction, accepts: outcome.accepts))
        return outcome.accepts
    }

    /// The head of every endpoint chain. Returns whether policy is asked.
    mutating func connectionTracking(at endpoint: EndpointIndex, _ direction: Direction) -> Bool {
        if state.bypassesPolicy {
            decide(.conntrackEstablished, at: endpoint, direction, accepts: true)
            isFinal = true
            return false
        }
        if state == .invalid, node.dropsInvalid {
            decide(.conntrackInvalid, at: endpoint, direction, accepts: false)
            return false
        }
        return true
    }

    /// Tunnels that a pod builds itself are dropped before its tiers.
    mutating func admitsEncapsulation(from endpoint: EndpointIndex) -> Bool {
        if key.proto == .udp, key.transport == .ports, Int32(key.destinationPort) == node.refusedVXLANPort {
            decide(.encapsulationVXLAN, at: endpoint, .egress, accepts: false)
            return false
        }
        if key.proto == .ipip, node.refusesIPIP {
            decide(.encapsulationIPIP, at: endpoint, .egress, accepts: false)
            return false
        }
        return true
    }

    /// ICMPv6 that a pod needs to reach its node at all (calico.md 4.6).
    var isNeighbourDiscovery: Bool {
        guard key.family == .v6, key.transport == .icmp else { return false }
        switch key.icmpType {
        case 130, 131, 132, 133, 135, 136: return true
        default: return false
        }
    }
}

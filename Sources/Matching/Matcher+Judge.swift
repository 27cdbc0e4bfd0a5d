import Classification
public import NetTypes
public import NetworkTopology

extension Matcher {
    /// The verdict of one node on a packet that passes it (calico.md 4).
    ///
    /// - Parameters:
    ///   - key: addresses and ports after destination translation; `visit.translation` tells what they were before.
    ///   - state: what connection tracking says; `.new` throughout for stateless judging.
    public func judge(_ visit: Visit, _ key: FlowKey, state: FlowState) -> Judgement {
        var way = Way(nodes[visit.node.value], visit, key, state, isCut: false)
        pass(&way)
        return way.judgement
    }

    /// The verdict on a packet whose transport header is cut off by the snapshot length; `nil` when those bytes could
    /// change it. The steps are those of a packet that none of the rules reading that header matches.
    public func judgeWithoutTransport(_ visit: Visit, _ key: FlowKey, state: FlowState) -> Judgement? {
        var way = Way(nodes[visit.node.value], visit, key, state, isCut: true)
        pass(&way)
        guard !couldBeSpecial(way) else { return nil }
        // What an undecided stage let through may still have been dropped there, unless a later one drops it anyway.
        return way.isDecided || way.judgement.verdict == .drop ? way.judgement : nil
    }

    /// Whether the missing bytes could make it a failsafe port, VXLAN, or neighbour discovery from a pod to its node.
    private func couldBeSpecial(_ way: Way) -> Bool {
        guard !way.isFinal, way.key.family == .v4 || way.node.policesIPv6 else { return false }
        if !way.node.isPlain { return true }
        switch (way.visit.from, way.judgement.verdict) {
        case (.workload, .accept):
            return way.node.refusedVXLANPort >= 0 && way.key.proto == .udp
        case (.workload, .drop), (.unknownWorkload, .drop):
            return way.visit.to == .host && way.key.family == .v6 && way.key.proto == .icmpv6
        default: return false
        }
    }

    /// The hooks in the order in which the kernel runs them.
    private func pass(_ way: inout Way) {
        guard way.key.family == .v4 || way.node.policesIPv6 else {
            way.decide(.notPoliced, at: .nothing, .ingress, accepts: true)
            return
        }
        guard prerouting(&way) else { return }
        switch (way.visit.from, way.to) {
        case (.host, .host):
            if output(&way), loopback(&way) { _ = input(&way) }
        case (.host, _): _ = output(&way)
        case (_, .host): _ = input(&way)
        default: _ = forward(&way)
        }
        guard way.judgement.count == 0 else { return }
        // Felix accepts established packets in mangle PREROUTING; it shows where nothing else judges them.
        let isEstablished = way.state.bypassesPolicy && way.visit.from != .host
        way.decide(
            isEstablished ? .conntrackEstablished : .notPoliced, at: .nothing, .ingress,
            isEstablished ? .preDNAT : .normal, accepts: true)
    }

    // MARK: Forwarded packets

    private func forward(_ way: inout Way) -> Bool {
        if !way.isAccepted, let host = way.node.hosts.endpoint(of: way.visit.from) {
            guard askHost(hostEndpoints[host.value].forward.ingress, host, .ingress, .forward, &way) else {
                return false
            }
            guard !way.isFinal else { return leaveForward(&way) }
        }
        switch way.visit.from {
        case .workload(let source):
            guard leave(source, &way) else { return false }
        case .unknownWorkload: return way.decide(.unknownInterface, at: .nothing, .egress, accepts: false)
        case .host, .outside: break
        }
        guard !way.isFinal else { return leaveForward(&way) }
        switch way.to {
        case .workload(let destination):
            guard way.connectionTracking(at: Asked(destination), .ingress) else { break }
            guard ask(endpoints[destination.value].ingress, at: Asked(destination), .ingress, .normal, &way) else {
                return false
            }
        case .unknownWorkload: return way.decide(.unknownInterface, at: .nothing, .ingress, accepts: false)
        case .host, .outside: break
        }
        guard !way.isDenied, !way.isFinal else { return way.isDenied ? false : leaveForward(&way) }
        if let host = way.node.hosts.endpoint(of: way.to) {
            guard askHost(hostEndpoints[host.value].forward.egress, host, .egress, .forward, &way) else {
                return false
            }
            guard !way.isFinal else { return leaveForward(&way) }
        }
        if way.node.serviceLoopPrefixes.contains(where: { $0.contains(way.key.destination) }) {
            return way.decide(.serviceLoop, at: .nothing, .ingress, accepts: false)
        }
        return true
    }

    /// Behind the forward hook: an established packet of a translated connection meets the chain of the host endpoint
    /// that it leaves by once more, in mangle POSTROUTING, and is accepted there.
    private func leaveForward(_ way: inout Way) -> Bool {
        if way.visit.translation != .none, case .outside = way.to, let host = way.node.hosts.endpoint(of: way.to) {
            way.decide(.conntrackEstablished, at: Asked(host), .egress, .preDNAT, accepts: true)
        }
        return true
    }

    /// The egress chain of a pod. False when it drops the packet.
    private func leave(_ source: EndpointIndex, _ way: inout Way) -> Bool {
        guard way.connectionTracking(at: Asked(source), .egress) else { return !way.isDenied }
        guard way.admitsEncapsulation(from: source) else { return false }
        return ask(endpoints[source.value].egress, at: Asked(source), .egress, .normal, &way)
    }

    /// Policy of one end. Returns whether the packet goes on.
    func ask(
        _ program: ProgramID, at asked: Asked, _ direction: Direction, _ stage: PolicyStage, _ way: inout Way
    ) -> Bool {
        guard way.isCut else { return way.decide(outcome(program, way.key), at: asked, direction, stage) }
        guard let outcome = outcomeWithoutTransport(program, way.key) else {
            way.isDecided = false
            return way.decide(.notPoliced, at: asked, direction, stage, accepts: true)
        }
        return way.decide(outcome, at: asked, direction, stage)
    }

    // MARK: Packets for the node

    private func input(_ way: inout Way) -> Bool {
        if way.node.tunnels.carries(way.key) {
            let isKnown = way.node.knownHosts.contains(way.key.source)
            return way.decide(
                isKnown ? .tunnelOfKnownHost : .tunnelOfUnknownHost, at: .nothing, .ingress, accepts: isKnown)
        }
        switch way.visit.from {
        case .workload(let source): return toOwnHost(source, &way)
        case .unknownWorkload:
            // Housekeeping is accepted before the dispatch that would find no endpoint (calico.md 5.4, wl-to-host).
            return way.isNeighbourDiscovery
                ? way.decide(.neighbourDiscovery, at: .nothing, .egress, accepts: true)
                : way.decide(.unknownInterface, at: .nothing, .egress, accepts: false)
        case .host, .outside: break
        }
        guard !way.isAccepted, let host = way.node.hosts.endpoint(of: way.visit.from) else { return true }
        return askHost(hostEndpoints[host.value].normal.ingress, host, .ingress, .normal, &way)
    }

    /// A pod to an address of its own node: its egress policy, then `defaultEndpointToHostAction`, which established
    /// packets never meet.
    private func toOwnHost(_ source: EndpointIndex, _ way: inout Way) -> Bool {
        if way.isNeighbourDiscovery {
            return way.decide(.neighbourDiscovery, at: Asked(source), .egress, accepts: true)
        }
        guard leave(source, &way) else { return false }
        guard !way.isFinal else { return true }
        switch way.node.endpointToHost {
        case .drop: return way.decide(.endpointToHostDrop, at: Asked(source), .egress, accepts: false)
        case .accept: return way.decide(.endpointToHostAccept, at: Asked(source), .egress, accepts: true)
        case .return: return way.decide(.endpointToHostReturn, at: Asked(source), .egress, accepts: true)
        }
    }
}

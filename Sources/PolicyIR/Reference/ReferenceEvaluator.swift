import Diagnostics
public import NetTypes
public import NetworkTopology
import Selectors

/// Judges packets straight from the resolved policy, slowly and with reasons: the oracle of every other engine
/// (calico.md 4).
public struct ReferenceEvaluator: Sendable {
    public let cluster: ResolvedCluster
    private let chains: ChainEvaluation

    public init(_ cluster: ResolvedCluster) {
        self.cluster = cluster
        chains = ChainEvaluation(cluster: cluster)
    }

    /// What one node makes of a packet. `key` holds the addresses and ports after translation; `visit.translation` tells
    /// what they were before.
    public func judge(_ visit: Visit, _ key: FlowKey, state: FlowState) -> ReferenceJudgement {
        var passage = PacketPassage(cluster, visit, key, state)
        let verdict = judge(&passage)
        return ReferenceJudgement(
            verdict: verdict, steps: passage.walk.steps, locations: passage.walk.locations, walk: passage.walk.events,
            isUntracked: passage.isUntracked)
    }

    /// The hooks of calico.md 5.4 with the meaning of 4.
    private func judge(_ packet: inout PacketPassage) -> Verdict {
        guard packet.key.family == .v4 || packet.settings.policesIPv6 else {
            return packet.walk.decide(.accept, .fixed(.notPoliced))
        }
        guard raw(&packet) == .accept, mangle(&packet) == .accept else { return .drop }
        packet.translate()
        let verdict = filter(&packet)
        guard packet.walk.steps.isEmpty else { return verdict }
        packet.walk.leave()
        return packet.visit.from != .host && packet.state.bypassesPolicy
            ? packet.walk.decide(.accept, .fixed(.conntrackEstablished), stage: .preDNAT)
            : packet.walk.decide(.accept, .fixed(.notPoliced))
    }

    private func filter(_ packet: inout PacketPassage) -> Verdict {
        switch (packet.visit.from, packet.to) {
        case (.host, .host):
            // Through the loopback interface the packet leaves the node and enters it again.
            guard output(&packet) == .accept else { return .drop }
            packet.comeBack()
            guard untracked(packet.hosts.named(for: .host), .ingress, &packet) == .accept,
                preDNAT(&packet) == .accept
            else { return .drop }
            return input(&packet)
        case (.host, _): return output(&packet)
        case (_, .host): return input(&packet)
        default: return forward(&packet)
        }
    }

    // MARK: raw: before connection tracking

    private func raw(_ packet: inout PacketPassage) -> Verdict {
        let verdict: Verdict
        switch packet.visit.from {
        case .workload(let source): verdict = reversePath(source, &packet)
        case .unknownWorkload: verdict = reversePathOfNobody(&packet)
        case .outside(let interface): verdict = untracked(packet.hosts.named[interface], .ingress, &packet)
        case .host: verdict = untracked(packet.hosts.named(for: packet.to), .egress, &packet)
        }
        if packet.settings.tunnels.isUntracked(packet.key) { packet.leaveTracking() }
        return verdict
    }

    private func reversePath(_ source: EndpointIndex, _ packet: inout PacketPassage) -> Verdict {
        let endpoint = cluster.topology.endpoints[source.value]
        switch endpoint.check(packet.key) {
        case .own: return .accept
        case .allowed, .foreign:
            let isAllowed = endpoint.check(packet.key) == .allowed
            packet.walk.begin(endpoint.name, workload: source.value, .egress)
            return packet.walk.decide(
                isAllowed ? .accept : .drop, .fixed(isAllowed ? .reversePathExempt : .reversePath), stage: .untracked)
        }
    }

    /// No route leads back through an interface without endpoint.
    private func reversePathOfNobody(_ packet: inout PacketPassage) -> Verdict {
        guard !SourceCheck.passesAnywhere(packet.key) else { return .accept }
        packet.walk.leave()
        return packet.walk.decide(.drop, .fixed(.unknownInterface))
    }

    /// doNotTrack policy of an interface's own host endpoint; that of `*` is ignored (T39).
    private func untracked(
        _ host: HostEndpointIndex?, _ direction: Direction, _ packet: inout PacketPassage
    ) -> Verdict {
        guard let host, chains.hasPolicies(host, .untracked) else { return .accept }
        packet.walk.begin(cluster.hostEndpoints[host.value].name, host: host.value, direction, .untracked)
        if packet.settings.failsafes.admit(packet.key, direction, replies: true) {
            return packet.walk.decide(.accept, .fixed(.failsafe))
        }
        switch chains.tiers(of: host, direction, .untracked, &packet) {
        case .decided(.accept):
            packet.isAccepted = true
            packet.leaveTracking()
            return .accept
        case .decided(.drop): return .drop
        case .undecided: return .accept
        }
    }

    // MARK: mangle PREROUTING: before translation

    private func mangle(_ packet: inout PacketPassage) -> Verdict {
        packet.visit.from == .host ? .accept : preDNAT(&packet)
    }

    private func preDNAT(_ packet: inout PacketPassage) -> Verdict {
        if packet.state.bypassesPolicy || packet.isAccepted { return .accept }
        // An interface whose own host endpoint has no such policy meets that of `*` (T63).
        let candidates = [packet.hosts.named(for: packet.visit.from), packet.hosts.wildcard].compactMap { $0 }
        guard let host = candidates.first(where: { chains.hasPolicies($0, .preDNAT) }) else { return .accept }
        packet.walk.begin(cluster.hostEndpoints[host.value].name, host: host.value, .ingress, .preDNAT)
        if packet.isRefusedAsInvalid { return packet.walk.decide(.drop, .fixed(.conntrackInvalid)) }
        if packet.settings.failsafes.admit(packet.key, .ingress, replies: false) {
            return packet.walk.decide(.accept, .fixed(.failsafe))
        }
        switch chains.tiers(of: host, .ingress, .preDNAT, &packet) {
        case .decided(let verdict):
            packet.isAccepted = verdict == .accept
            return verdict
        case .undecided: return .accept
        }
    }

    // MARK: filter FORWARD

    private func forward(_ packet: inout PacketPassage) -> Verdict {
        if !packet.isAccepted, let host = packet.hosts.endpoint(of: packet.visit.from) {
            guard hostForward(host, .ingress, &packet) == .accept else { return .drop }
        }
        if !packet.isFinal {
            switch packet.visit.from {
            case .workload(let source):
                guard chains.workload(source, .egress, &packet) == .accept else { return .drop }
            case .unknownWorkload:
                packet.walk.leave()
                return packet.walk.decide(.drop, .fixed(.unknownInterface))
            case .host, .outside: break
            }
        }
        if !packet.isFinal {
            switch packet.to {
            case .workload(let destination):
                guard chains.workload(destination, .ingress, &packet) == .accept else { return .drop }
            case .unknownWorkload:
                packet.walk.leave()
                return packet.walk.decide(.drop, .fixed(.unknownInterface))
            case .host, .outside: break
            }
        }
        let leaving = packet.hosts.endpoint(of: packet.to)
        if !packet.isFinal, let leaving {
            guard hostForward(leaving, .egress, &packet) == .accept else { return .drop }
        }
        if packet.isFinal {
            // Established packets of translated connections are accepted once more in mangle POSTROUTING.
            if let leaving, case .outside = packet.to, packet.visit.translation != .none {
                packet.walk.begin(cluster.hostEndpoints[leaving.value].name, host: leaving.value, .egress, .preDNAT)
                return packet.walk.decide(.accept, .fixed(.conntrackEstablished))
            }
            return .accept
        }
        if packet.settings.serviceLoopPrefixes.contains(where: { $0.contains(packet.key.destination) }) {
            packet.walk.leave()
            return packet.walk.decide(.drop, .fixed(.serviceLoop))
        }
        return .accept
    }

    private func hostForward(
        _ host: HostEndpointIndex, _ direction: Direction, _ packet: inout PacketPassage
    ) -> Verdict {
        packet.walk.begin(cluster.hostEndpoints[host.value].name, host: host.value, direction, .forward)
        if let verdict = packet.connectionTracking() { return verdict }
        guard chains.hasPolicies(host, .forward) else {
            return packet.walk.decide(.accept, .fixed(.noForwardPolicy))
        }
        switch chains.tiers(of: host, direction, .forward, &packet) {
        case .decided(let verdict): return verdict
        case .undecided: return .accept
        }
    }

    // MARK: filter INPUT

    private func input(_ packet: inout PacketPassage) -> Verdict {
        packet.walk.leave()
        if packet.settings.tunnels.carries(packet.key) {
            return packet.isNode(packet.key.source)
                ? packet.walk.decide(.accept, .fixed(.tunnelOfKnownHost))
                : packet.walk.decide(.drop, .fixed(.tunnelOfUnknownHost))
        }
        switch packet.visit.from {
        case .workload(let source): return workloadToHost(source, &packet)
        case .unknownWorkload:
            // Housekeeping is accepted before the dispatch that would find no endpoint (calico.md 5.4, wl-to-host).
            return packet.isNeighbourDiscovery
                ? packet.walk.decide(.accept, .fixed(.neighbourDiscovery))
                : packet.walk.decide(.drop, .fixed(.unknownInterface))
        case .host, .outside: break
        }
        guard !packet.isAccepted, let host = packet.hosts.endpoint(of: packet.visit.from) else { return .accept }
        return hostNormal(host, .ingress, &packet)
    }

    private func workloadToHost(_ source: EndpointIndex, _ packet: inout PacketPassage) -> Verdict {
        if packet.isNeighbourDiscovery {
            packet.walk.begin(cluster.endpoints[source.value].name, workload: source.value, .egress)
            return packet.walk.decide(.accept, .fixed(.neighbourDiscovery))
        }
        let verdict = chains.workload(source, .egress, &packet)
        if verdict == .drop || packet.isFinal { return verdict }
        let location = packet.settings.endpointToHostLocation
        switch packet.settings.endpointToHostAction {
        case .drop: return packet.walk.decide(.drop, .fixed(.endpointToHostDrop), at: location)
        case .accept: return packet.walk.decide(.accept, .fixed(.endpointToHostAccept), at: location)
        case .return: return packet.walk.decide(.accept, .fixed(.endpointToHostReturn), at: location)
        }
    }

    private func hostNormal(
        _ host: HostEndpointIndex, _ direction: Direction, _ packet: inout PacketPassage
    ) -> Verdict {
        let endpoint = cluster.hostEndpoints[host.value]
        packet.walk.begin(endpoint.name, host: host.value, direction, .normal)
        if let verdict = packet.connectionTracking() { return verdict }
        if packet.settings.failsafes.admit(packet.key, direction, replies: false) {
            return packet.walk.decide(.accept, .fixed(.failsafe))
        }
        switch chains.tiers(of: host, direction, .normal, &packet) {
        case .decided(let verdict): return verdict
        case .undecided: return chains.profiles(endpoint.profiles, direction, &packet)
        }
    }

    // MARK: filter OUTPUT

    /// Translated packets of the node are judged behind their translation, once (calico.md 4.4).
    private func output(_ packet: inout PacketPassage) -> Verdict {
        if packet.isAccepted { return .accept }
        packet.walk.leave()
        switch packet.to {
        case .workload(let destination):
            packet.walk.begin(cluster.endpoints[destination.value].name, workload: destination.value, .ingress)
            return packet.walk.decide(.accept, .fixed(.hostToWorkload))
        case .unknownWorkload: return .accept
        case .host, .outside: break
        }
        if !packet.isTranslated, packet.settings.tunnels.carries(packet.key), packet.isNode(packet.key.destination) {
            return packet.walk.decide(.accept, .fixed(.tunnelOfKnownHost))
        }
        guard let host = packet.hosts.endpoint(of: packet.to) else { return .accept }
        return hostNormal(host, .egress, &packet)
    }
}

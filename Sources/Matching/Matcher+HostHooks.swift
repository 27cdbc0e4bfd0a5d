import Classification
import NetTypes
import NetworkTopology

/// The hooks at which only host endpoints have policy (calico.md 4.4), and the checks beside them.
extension Matcher {
    /// Raw and mangle PREROUTING, or raw OUTPUT for packets of the node. Returns whether the packet goes on; decides
    /// whether it is translated.
    func prerouting(_ way: inout Way) -> Bool {
        let key = way.key
        way.key = key.untranslated(way.visit.translation)
        guard untracked(&way) else { return false }
        if way.node.tunnels.isUntracked(way.key) { way.leaveTracking() }
        if way.visit.from != .host {
            guard preDNAT(&way) else { return false }
        }
        if !way.judgement.isUntracked { way.key = key } else { way.stayUntranslated() }
        return true
    }

    private func untracked(_ way: inout Way) -> Bool {
        let host: HostEndpointIndex?
        let direction: Direction
        switch way.visit.from {
        case .workload(let source): return checkSource(source, &way)
        case .unknownWorkload:
            // No route leads back through an interface without endpoint.
            return SourceCheck.passesAnywhere(way.key)
                || way.decide(.unknownInterface, at: .nothing, .egress, accepts: false)
        case .outside(let interface): (host, direction) = (way.node.hosts.named[interface], .ingress)
        case .host: (host, direction) = (way.node.hosts.named(for: way.untranslatedTo), .egress)
        }
        let count = way.judgement.count
        guard askUntracked(host, direction, &way) else { return false }
        if way.isAccepted, way.judgement.count > count { way.leaveTracking() }
        return true
    }

    /// doNotTrack policy of an interface's own host endpoint; that of `*` is ignored (T39).
    private func askUntracked(_ host: HostEndpointIndex?, _ direction: Direction, _ way: inout Way) -> Bool {
        guard let host, let programs = hostEndpoints[host.value].untracked else { return true }
        if way.node.failsafes.admit(way.key, direction, replies: true) {
            return way.decide(.failsafe, at: Asked(host), direction, .untracked, accepts: true)
        }
        let program = direction == .ingress ? programs.ingress : programs.egress
        let count = way.judgement.count
        guard ask(program, at: Asked(host), direction, .untracked, &way) else { return false }
        way.isAccepted = way.judgement.count > count
        return true
    }

    private func checkSource(_ source: EndpointIndex, _ way: inout Way) -> Bool {
        switch workloads[source.value].check(way.key) {
        case .own: true
        case .allowed: way.decide(.reversePathExempt, at: Asked(source), .egress, .untracked, accepts: true)
        case .foreign: way.decide(.reversePath, at: Asked(source), .egress, .untracked, accepts: false)
        }
    }

    /// Established packets pass before; an interface whose own host endpoint has no such policy meets that of `*`.
    private func preDNAT(_ way: inout Way) -> Bool {
        guard !way.isAccepted, !way.state.bypassesPolicy else { return true }
        guard let host = preDNATHost(way), let program = hostEndpoints[host.value].preDNAT else { return true }
        guard way.admitsInvalid(at: Asked(host), .ingress, .preDNAT) else { return false }
        if way.node.failsafes.admit(way.key, .ingress, replies: false) {
            return way.decide(.failsafe, at: Asked(host), .ingress, .preDNAT, accepts: true)
        }
        let count = way.judgement.count
        guard ask(program, at: Asked(host), .ingress, .preDNAT, &way) else { return false }
        way.isAccepted = way.judgement.count > count
        return true
    }

    private func preDNATHost(_ way: Way) -> HostEndpointIndex? {
        if let own = way.node.hosts.named(for: way.visit.from), hostEndpoints[own.value].preDNAT != nil { return own }
        return way.node.preDNATWildcard
    }

    /// A packet of the node to itself enters again by the loopback interface: with its connection, without its mark
    /// (calico.md 5.4).
    func loopback(_ way: inout Way) -> Bool {
        way.isAccepted = false
        return askUntracked(way.node.hosts.named(for: .host), .ingress, &way) && preDNAT(&way)
    }

    /// What the node sends itself. Its own pods are always reached.
    func output(_ way: inout Way) -> Bool {
        guard !way.isAccepted else { return true }
        switch way.to {
        case .workload(let destination):
            return way.decide(.hostToWorkload, at: Asked(destination), .ingress, accepts: true)
        case .unknownWorkload: return true
        case .host, .outside: break
        }
        if !way.isTranslated, way.node.tunnels.carries(way.key), way.node.knownHosts.contains(way.key.destination) {
            return way.decide(.tunnelOfKnownHost, at: .nothing, .egress, accepts: true)
        }
        guard let host = way.node.hosts.endpoint(of: way.to) else { return true }
        return askHost(hostEndpoints[host.value].normal.egress, host, .egress, .normal, &way)
    }

    /// A chain of a host endpoint behind connection tracking.
    func askHost(
        _ program: ProgramID, _ host: HostEndpointIndex, _ direction: Direction, _ stage: PolicyStage, _ way: inout Way
    ) -> Bool {
        guard way.connectionTracking(at: Asked(host), direction, stage) else { return !way.isDenied }
        if stage == .normal, way.node.failsafes.admit(way.key, direction, replies: false) {
            return way.decide(.failsafe, at: Asked(host), direction, stage, accepts: true)
        }
        return ask(program, at: Asked(host), direction, stage, &way)
    }
}

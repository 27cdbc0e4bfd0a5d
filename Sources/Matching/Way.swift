import Classification
import NetTypes
import NetworkTopology

/// One packet while it passes the hooks of a node.
struct Way {
    let node: FrozenNode
    let visit: Visit
    /// As the current hook sees it.
    var key: FlowKey
    /// Where it goes; another place than `visit.to` when untracked policy keeps it from translation.
    var to: Attachment
    var state: FlowState
    var judgement = Judgement()
    /// Untracked or preDNAT policy allowed it: later policy of the same host endpoint is not asked.
    var isAccepted = false
    /// Accepted for good: the first endpoint chain that an established packet enters lets it pass all others.
    var isFinal = false
    /// The transport header is missing.
    let isCut: Bool
    /// False once a program's outcome depends on the missing header; the stage counts as passed then.
    var isDecided = true

    init(_ node: FrozenNode, _ visit: Visit, _ key: FlowKey, _ state: FlowState, isCut: Bool) {
        self.node = node
        self.visit = visit
        self.key = key
        self.to = visit.to
        self.state = state
        self.isCut = isCut
    }

    var isDenied: Bool { judgement.count > 0 && judgement.verdict == .drop }

    /// Where the packet would go without translation.
    var untranslatedTo: Attachment {
        if case .destination(_, _, let to) = visit.translation { to } else { visit.to }
    }

    /// Whether its destination was replaced on this node.
    var isTranslated: Bool { if case .destination = visit.translation { !judgement.isUntracked } else { false } }

    mutating func leaveTracking() {
        judgement.isUntracked = true
        state = .untracked
    }

    mutating func stayUntranslated() { to = untranslatedTo }

    /// Returns whether the packet goes on.
    @discardableResult
    mutating func decide(
        _ site: FixedSite, at asked: Asked, _ direction: Direction, _ stage: PolicyStage = .normal, accepts: Bool
    ) -> Bool {
        let direction = asked == .nothing ? .ingress : direction
        judgement.append(Step(site.id, at: asked, direction, stage, accepts: accepts))
        return accepts
    }

    /// A program that decides nothing leaves no step.
    mutating func decide(
        _ outcome: Outcome, at asked: Asked, _ direction: Direction, _ stage: PolicyStage
    ) -> Bool {
        guard let site = outcome.site else { return true }
        judgement.append(Step(site, at: asked, direction, stage, accepts: outcome.accepts))
        return outcome.accepts
    }

    /// The head of every endpoint chain. Returns whether policy is asked.
    mutating func connectionTracking(
        at asked: Asked, _ direction: Direction, _ stage: PolicyStage = .normal
    ) -> Bool {
        if state.bypassesPolicy {
            decide(.conntrackEstablished, at: asked, direction, stage, accepts: true)
            isFinal = true
            return false
        }
        return admitsInvalid(at: asked, direction, stage)
    }

    mutating func admitsInvalid(at asked: Asked, _ direction: Direction, _ stage: PolicyStage) -> Bool {
        guard state == .invalid, node.dropsInvalid else { return true }
        return decide(.conntrackInvalid, at: asked, direction, stage, accepts: false)
    }

    /// Tunnels that a pod builds itself are dropped before its tiers.
    mutating func admitsEncapsulation(from endpoint: EndpointIndex) -> Bool {
        if key.proto == .udp, key.transport == .ports, Int32(key.destinationPort) == node.refusedVXLANPort {
            return decide(.encapsulationVXLAN, at: Asked(endpoint), .egress, accepts: false)
        }
        if key.proto == .ipip, node.refusesIPIP {
            return decide(.encapsulationIPIP, at: Asked(endpoint), .egress, accepts: false)
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

import NetTypes
import NetworkTopology

/// What the reference evaluator knows of a packet while it passes a node.
struct PacketPassage {
    let visit: Visit
    let settings: NodeSettings
    let hosts: HostBinding
    private let nodes: [Topology.Node]
    private let translated: FlowKey
    /// As the current hook sees it: untranslated up to `translate()`.
    private(set) var key: FlowKey
    private(set) var to: Attachment
    var state: FlowState
    /// The accept mark of untracked and preDNAT policy.
    var isAccepted = false
    /// Taken out of connection tracking, so that nothing translates it.
    private(set) var isUntracked = false
    /// The node sent it to itself, and it entered again by the loopback interface.
    private var isBack = false
    /// An endpoint's chain accepted it as established: no later chain of the hook is asked.
    private(set) var isFinal = false
    var walk = WalkRecorder()

    init(_ cluster: ResolvedCluster, _ visit: Visit, _ key: FlowKey, _ state: FlowState) {
        self.visit = visit
        self.state = state
        settings = cluster.nodeSettings[visit.node.value]
        hosts = cluster.topology.hostBindings[visit.node.value]
        nodes = cluster.topology.nodes
        translated = key
        self.key = key.untranslated(visit.translation)
        if case .destination(_, _, let to) = visit.translation { self.to = to } else { to = visit.to }
    }

    /// What has its connection already keeps it.
    mutating func leaveTracking() {
        guard !isBack else { return }
        isUntracked = true
        state = .untracked
    }

    mutating func translate() {
        guard !isUntracked else { return }
        key = translated
        to = visit.to
    }

    /// Whether its destination was replaced on this node.
    var isTranslated: Bool { if case .destination = visit.translation { !isUntracked } else { false } }

    /// The way in begins without marks, even for packets that come from the node itself (calico.md 5.4).
    mutating func comeBack() {
        isBack = true
        isAccepted = false
    }

    func isNode(_ address: IPAddress) -> Bool { nodes.contains { $0.addresses.contains(address) } }

    var isRefusedAsInvalid: Bool { state == .invalid && settings.dropsInvalid }

    /// The head of every endpoint chain; `nil`: policy is asked.
    mutating func connectionTracking() -> Verdict? {
        if state.bypassesPolicy {
            isFinal = true
            return walk.decide(.accept, .fixed(.conntrackEstablished))
        }
        return isRefusedAsInvalid ? walk.decide(.drop, .fixed(.conntrackInvalid)) : nil
    }

    /// The types that a pod's neighbour discovery and multicast listening need (calico.md 4.6).
    var isNeighbourDiscovery: Bool {
        key.family == .v6 && key.transport == .icmp && [130, 131, 132, 133, 135, 136].contains(key.icmpType)
    }
}

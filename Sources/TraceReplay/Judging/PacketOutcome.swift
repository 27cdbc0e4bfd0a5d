public import Matching
public import NetTypes
public import NetworkTopology
public import PacketDecoding

/// What a replay says of one packet.
@frozen public enum ReplayVerdict: UInt8, Hashable, Sendable, CaseIterable {
    case allow
    case deny
    /// What would decide is not in the capture, or more than one answer is right.
    case undecided
    /// Nobody judges it: no IP packet, or no emulated node receives, sends or forwards it.
    case unjudged

    public var word: String {
        switch self {
        case .allow: "allow"
        case .deny: "deny"
        case .undecided: "undecided"
        case .unjudged: "none"
        }
    }
}

/// Why a packet has no verdict of policy.
public enum UnjudgedReason: Hashable, Sendable {
    /// The frame holds no readable IP packet (`none`; `undecided` where the snapshot length cut it).
    case decoding(DecodeError.Reason)
    /// The kernel's IP layer discards the packet before any rule (`none`).
    case defect(NetworkDefect)
    /// Neither end is at an emulated node, and none forwards it (`none`).
    case elsewhere
    /// A pod to its own address: never leaves the pod (`none`).
    case samePod
    /// The datagram's fragments don't make a whole (`undecided`).
    case fragments(IncompleteDatagram.Reason)
    /// The snapshot length cut off bytes that could decide (`undecided`).
    case cut
    /// The backends of the service are judged differently (`undecided`).
    case backends
    /// A listing could not wait for the rest of the datagram any longer (`undecided`).
    case waitingTooLong

    /// Stable, for counters and reports.
    public var word: String {
        switch self {
        case .decoding(let reason): reason.word
        case .defect(let defect): defect.word
        case .elsewhere: "no-emulated-node"
        case .samePod: "same-pod"
        case .fragments(let reason): reason.word
        case .cut: "cut-by-snapshot-length"
        case .backends: "backends-differ"
        case .waitingTooLong: "waited-too-long"
        }
    }
}

/// The verdict on one backend of a service.
public struct BackendOutcome: Hashable, Sendable {
    public var backend: ServiceTable.Backend
    public var verdict: ReplayVerdict
    public var step: Step?
}

/// The verdict on one packet and what it rests on. Allocates only where the backends of a service differ.
public struct PacketOutcome: Hashable, Sendable {
    public var verdict: ReplayVerdict
    /// `nil` where it is unknown or nobody asked.
    public var state: FlowState?
    /// What decided; `nil` for `undecided` and `none`.
    public var step: Step?
    public var unjudged: UnjudgedReason?
    /// Every backend's verdict when they differ; sorted, else empty.
    public var backends: [BackendOutcome] = []
    /// The name that made the destination a member of a rule's domains, or did until its time to live was over.
    public var domain: DomainEvidence?

    static func none(_ reason: UnjudgedReason) -> PacketOutcome {
        PacketOutcome(verdict: .unjudged, unjudged: reason)
    }

    /// Of a frame that holds no readable IP packet.
    static func undecodable(_ error: DecodeError) -> PacketOutcome {
        switch error.reason {
        case .linkHeaderCut, .ipHeaderCut: .undecided(.decoding(error.reason))
        default: .none(.decoding(error.reason))
        }
    }

    static func undecided(_ reason: UnjudgedReason, state: FlowState? = nil) -> PacketOutcome {
        PacketOutcome(verdict: .undecided, state: state, unjudged: reason)
    }
}

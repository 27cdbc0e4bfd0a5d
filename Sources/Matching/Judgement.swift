public import Classification
public import NetTypes
public import NetworkTopology

/// What a step is asked at: 8 bytes.
@frozen public enum Asked: Hashable, Sendable {
    /// Index in `Topology.endpoints`.
    case workload(Int32)
    /// Index in `Topology.hostEndpoints`.
    case host(Int32)
    case nothing

    init(_ endpoint: EndpointIndex) { self = .workload(Int32(truncatingIfNeeded: endpoint.value)) }
    init(_ host: HostEndpointIndex) { self = .host(Int32(truncatingIfNeeded: host.value)) }
}

/// One acceptance on a packet's way through a node, or the one denial: 16 bytes.
@frozen public struct Step: Hashable, Sendable {
    public var site: SiteID
    public var asked: Asked
    public var direction: Direction
    public var stage: PolicyStage
    public var accepts: Bool

    public init(
        _ site: SiteID, at asked: Asked, _ direction: Direction, _ stage: PolicyStage = .normal, accepts: Bool
    ) {
        self.site = site
        self.asked = asked
        self.direction = direction
        self.stage = stage
        self.accepts = accepts
    }

    /// A decision outside of all endpoints.
    public init(_ site: FixedSite, accepts: Bool) {
        self.init(site.id, at: .nothing, .ingress, accepts: accepts)
    }

    /// `nil` where a rule, a tier's end or a profile decided.
    public var fixedSite: FixedSite? { FixedSite(rawValue: site.value) }

    /// The workload endpoint that was asked; `nil` where none was.
    @inlinable public var endpoint: EndpointIndex? {
        if case .workload(let index) = asked { EndpointIndex(Int(index)) } else { nil }
    }

    /// The host endpoint that was asked; `nil` where none was. Where neither was, `direction` means nothing.
    @inlinable public var hostEndpoint: HostEndpointIndex? {
        if case .host(let index) = asked { HostEndpointIndex(Int(index)) } else { nil }
    }
}

/// The verdict of one node on one packet, with what decided at each stage. Lives in registers and on the stack.
public struct Judgement: Sendable {
    /// Room for every stage that a node has, host endpoints' included.
    static let capacity = 8

    private var slots: InlineArray<8, Step>
    public private(set) var count = 0
    /// Untracked policy took the packet out of connection tracking: it makes no entry and is not translated.
    public internal(set) var isUntracked = false

    init() {
        slots = InlineArray(repeating: Step(.notPoliced, accepts: true))
    }

    mutating func append(_ step: Step) {
        precondition(count < Judgement.capacity, "a packet passes at most eight stages")
        slots[count] = step
        count += 1
    }

    /// In the order in which the node takes them: acceptances, the last one perhaps a denial. Never empty.
    public subscript(index: Int) -> Step {
        precondition(index < count, "no such step")
        return slots[index]
    }

    public var steps: [Step] { (0..<count).map { slots[$0] } }

    public var verdict: Verdict { slots[count - 1].accepts ? .accept : .drop }

    /// The step that reports name: the denial; of acceptances the destination's, or the source's where no destination
    /// end is judged.
    ///
    /// `defaultEndpointToHostAction` accepts behind the pod's own egress policy; that policy is the one to name then.
    public var decidingStep: Step {
        let last = slots[count - 1]
        let isHostAction = last.fixedSite == .endpointToHostAccept || last.fixedSite == .endpointToHostReturn
        guard count > 1, last.accepts, isHostAction else { return last }
        return slots[count - 2]
    }
}

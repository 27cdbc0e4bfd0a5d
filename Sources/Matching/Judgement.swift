public import Classification
public import NetTypes
public import NetworkTopology

/// One acceptance on a packet's way through a node, or the one denial: 12 bytes.
@frozen public struct Step: Hashable, Sendable {
    public var site: SiteID
    /// Index in `Topology.endpoints`; -1 where no endpoint was asked.
    @usableFromInline var endpointNumber: Int32
    public var direction: Direction
    public var accepts: Bool

    init(_ site: SiteID, at endpoint: EndpointIndex?, _ direction: Direction, accepts: Bool) {
        self.site = site
        self.endpointNumber = endpoint.map { Int32(truncatingIfNeeded: $0.value) } ?? -1
        self.direction = direction
        self.accepts = accepts
    }

    /// A decision outside of all endpoints.
    public init(_ site: FixedSite, accepts: Bool) {
        self.init(site.id, at: nil, .ingress, accepts: accepts)
    }

    /// `nil` where a rule, a tier's end or a profile decided.
    public var fixedSite: FixedSite? { FixedSite(rawValue: site.value) }

    /// `nil` where no endpoint was asked; `direction` means nothing then.
    @inlinable public var endpoint: EndpointIndex? { endpointNumber < 0 ? nil : EndpointIndex(Int(endpointNumber)) }
}

/// The verdict of one node on one packet, with what decided at each stage. Lives in registers and on the stack.
public struct Judgement: Sendable {
    /// Room for every stage that a node has, host endpoints' included.
    static let capacity = 6

    private var slots: InlineArray<6, Step>
    public private(set) var count = 0

    init() {
        slots = InlineArray(repeating: Step(FixedSite.notPoliced.id, at: nil, .ingress, accepts: true))
    }

    mutating func append(_ step: Step) {
        precondition(count < Judgement.capacity, "a packet passes at most six stages")
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
        guard count > 1, last.accepts, last.site == FixedSite.endpointToHostAccept.id else { return last }
        return slots[count - 2]
    }
}

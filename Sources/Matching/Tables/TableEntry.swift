public import Classification

/// What a table says of one end of a packet: 4 bytes.
///
/// ```
/// raw = site << 2 | action      action: 0 evaluate, 1 accept, 2 drop, 3 not asked
/// ```
@frozen public struct TableEntry: Hashable, Sendable {
    public let raw: UInt32

    @inlinable public init(raw: UInt32) { self.raw = raw }

    init(accepts: Bool, _ site: SiteID) { raw = site.value << 2 | (accepts ? 1 : 2) }

    /// The tables cannot tell: ask `Matcher`.
    public static let evaluate = TableEntry(raw: 0)
    /// There is no policy at this end: it lies outside, or the packet was denied at the other.
    public static let notAsked = TableEntry(raw: 3)

    @inlinable public var needsEvaluation: Bool { raw & 3 == 0 }
    /// Whether the packet passes this end.
    @inlinable public var accepts: Bool { raw & 1 == 1 }
    @inlinable public var denies: Bool { raw & 3 == 2 }
    /// What decided; `nil` where nobody was asked or the tables cannot tell.
    @inlinable public var site: SiteID? { raw & 3 == 1 || raw & 3 == 2 ? SiteID(raw >> 2) : nil }
}

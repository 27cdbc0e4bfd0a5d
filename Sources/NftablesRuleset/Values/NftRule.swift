public import Classification

/// One rule: conditions, then what happens when all of them hold.
public struct NftRule: Hashable, Sendable {
    public var statements: [NftStatement]
    /// Which policy rule this is and where it is written: `gnp/allow-web ingress[0] policies.yaml:12`. Empty for rules
    /// that only lead elsewhere. The comment is cut from it.
    public var origin: String
    /// Where a packet's verdict is decided when this rule decides it. Several rules may bear one site.
    public var site: SiteID?

    public init(_ statements: [NftStatement], origin: String = "", site: SiteID? = nil) {
        self.statements = statements
        self.origin = origin
        self.site = site
    }

    public var comment: String? { NftComment.text(for: origin) }
    /// The site's number as the kernel keeps it in the rule's user data.
    public var siteNumber: UInt32? { site?.value }
    /// Whether packets that match are counted.
    public var hasCounter: Bool { statements.contains(.counter) }
}

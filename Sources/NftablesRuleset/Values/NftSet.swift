public import Classification
public import NetTypes

/// A named set, or a named map from interface to verdict; shared by every rule that needs it.
public struct NftSet: Hashable, Sendable {
    /// The members, by the kind of key. Sorted and free of overlaps, since the kernel refuses those.
    public enum Contents: Hashable, Sendable {
        /// Hash set of single addresses of one family.
        case addresses(IPFamily, [IPAddress])
        /// Hash set of single addresses of one family that may expire (`flags timeout`).
        case expiring(IPFamily, [DomainMembers.Member])
        /// Interval set of blocks of one family.
        case prefixes(IPFamily, [IPPrefix])
        /// Hash set keyed by address, protocol and port.
        case addressPorts(IPFamily, [AddressPort])
        /// Interval set.
        case ports([PortRange])
        /// Hash set.
        case protocols([IPProtocol])
        /// Hash map; names of at most 15 bytes.
        case interfaceVerdicts([InterfaceVerdict])
    }

    public struct InterfaceVerdict: Hashable, Sendable {
        public var interface: String
        public var verdict: NftVerdict
        public init(interface: String, verdict: NftVerdict) {
            self.interface = interface
            self.verdict = verdict
        }
    }

    /// Same rules as a chain's name.
    public var name: String
    public var contents: Contents
    /// What the members are: selector texts, services. The comment is cut from it.
    public var origin: String

    public init(name: String, contents: Contents, origin: String = "") {
        self.name = name
        self.contents = contents
        self.origin = origin
    }

    public var comment: String? { NftComment.text(for: origin) }

    /// Elements are ranges, the key is searched in a tree.
    public var isInterval: Bool {
        switch contents {
        case .prefixes, .ports: true
        case .addresses, .expiring, .addressPorts, .protocols, .interfaceVerdicts: false
        }
    }

    /// Elements may have a time after which the kernel removes them.
    public var hasTimeouts: Bool {
        if case .expiring = contents { true } else { false }
    }

    public var isVerdictMap: Bool {
        if case .interfaceVerdicts = contents { true } else { false }
    }

    /// The parts of its key, in order.
    public var keyTypes: [NftKeyType] {
        switch contents {
        case .addresses(let family, _), .expiring(let family, _), .prefixes(let family, _): [.address(family)]
        case .addressPorts(let family, _): [.address(family), .l4proto, .port]
        case .ports: [.port]
        case .protocols: [.l4proto]
        case .interfaceVerdicts: [.interface]
        }
    }

    /// Members as one counts them (a range is one).
    public var count: Int {
        switch contents {
        case .addresses(_, let list): list.count
        case .expiring(_, let list): list.count
        case .prefixes(_, let list): list.count
        case .addressPorts(_, let list): list.count
        case .ports(let list): list.count
        case .protocols(let list): list.count
        case .interfaceVerdicts(let list): list.count
        }
    }
}

public import NetTypes

/// Number of a set in a `MatchTree`.
@frozen public struct IPSetID: Hashable, Comparable, Sendable {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: IPSetID, b: IPSetID) -> Bool { a.value < b.value }
}

/// An (address, protocol, port) member: a named port of an endpoint, or a service's endpoint port.
@frozen public struct AddressPort: Hashable, Comparable, Sendable {
    public var address: IPAddress
    public var proto: IPProtocol
    public var port: UInt16

    @inlinable public init(address: IPAddress, proto: IPProtocol, port: UInt16) {
        self.address = address
        self.proto = proto
        self.port = port
    }

    @inlinable public static func < (a: AddressPort, b: AddressPort) -> Bool {
        (a.address, a.proto, a.port) < (b.address, b.proto, b.port)
    }
}

/// A set of addresses, or of (address, protocol, port) triples, of both families; shared by every rule that means the
/// same members.
public struct IPSet: Sendable {
    public enum Members: Hashable, Sendable {
        /// Sorted, disjoint, and the shortest list of blocks with these addresses, so that equal sets are equal lists.
        case addresses([IPPrefix])
        /// Sorted, distinct.
        case addressPorts([AddressPort])
        /// Addresses of domain names, which come and go.
        case domains(DomainMembers)
    }

    public let members: Members
    /// Derived from the members: equal content, equal name. Letters, digits and `-` only, at most 31 bytes.
    public private(set) var name: String
    /// Members come from objects of the cluster (selectors, services) and will change with it; false for addresses
    /// written out in rules.
    public var isDynamic: Bool
    /// What the set means, for reading: selector texts, services, address lists. Sorted, distinct.
    public var meanings: [String]

    public init(addresses: [IPPrefix], isDynamic: Bool, meaning: String) {
        let blocks = IPSet.aggregated(addresses)
        members = .addresses(blocks)
        name = IPSetName.of(blocks)
        self.isDynamic = isDynamic
        meanings = [meaning]
    }

    public init(addressPorts: [AddressPort], isDynamic: Bool, meaning: String) {
        var triples: [AddressPort] = []
        for triple in addressPorts.sorted() where triples.last != triple { triples.append(triple) }
        members = .addressPorts(triples)
        name = IPSetName.of(triples)
        self.isDynamic = isDynamic
        meanings = [meaning]
    }

    /// The name is derived from the patterns: the members change.
    public init(domains: DomainMembers) {
        members = .domains(domains)
        name = IPSetName.of(domains)
        isDynamic = true
        meanings = [domains.meaning]
    }

    /// The same members under another name: for sets whose own names, being hashes, are the same by chance.
    public func named(_ name: String) -> IPSet {
        var set = self
        set.name = name
        return set
    }

    /// Blocks of one family, in order; empty for triple sets.
    public func prefixes(of family: IPFamily) -> [IPPrefix] {
        switch members {
        case .addresses(let blocks): blocks.filter { $0.family == family }
        case .domains(let domains): domains.blocks.filter { $0.family == family }
        case .addressPorts: []
        }
    }

    /// Triples of one family, in order; empty for address sets.
    public func triples(of family: IPFamily) -> [AddressPort] {
        guard case .addressPorts(let triples) = members else { return [] }
        return triples.filter { $0.address.family == family }
    }

    /// What the set follows; `nil` for sets whose members are settled.
    public var domains: DomainMembers? {
        if case .domains(let domains) = members { domains } else { nil }
    }

    /// Blocks, triples or known addresses.
    public var memberCount: Int {
        switch members {
        case .addresses(let blocks): blocks.count
        case .addressPorts(let triples): triples.count
        case .domains(let domains): domains.members.count
        }
    }

    public func isEmpty(in family: IPFamily) -> Bool {
        prefixes(of: family).isEmpty && triples(of: family).isEmpty
    }

    /// The shortest sorted list of disjoint blocks that covers exactly the given ones: contained blocks vanish and
    /// sibling halves join. A list that is so already stays as it is.
    public static func aggregated(_ blocks: [IPPrefix]) -> [IPPrefix] {
        var isAscending = true
        var isMinimal = true
        for index in blocks.indices.dropFirst() {
            let (previous, block) = (blocks[index - 1], blocks[index])
            isAscending = isAscending && previous < block
            isMinimal = isMinimal && !previous.contains(block) && joinedSiblings(previous, block) == nil
        }
        // Of sorted blocks any that contains another contains the next one, and siblings are neighbours.
        if isAscending, isMinimal { return blocks }
        return joined(isAscending ? blocks : blocks.sorted())
    }

    private static func joined(_ sorted: [IPPrefix]) -> [IPPrefix] {
        var stack: [IPPrefix] = []
        stack.reserveCapacity(sorted.count)
        for block in sorted {
            if let last = stack.last, last.contains(block) { continue }
            stack.append(block)
            while stack.count >= 2, let joined = joinedSiblings(stack[stack.count - 2], stack[stack.count - 1]) {
                stack.removeLast(2)
                stack.append(joined)
            }
        }
        return stack
    }

    private static func joinedSiblings(_ a: IPPrefix, _ b: IPPrefix) -> IPPrefix? {
        guard a.family == b.family, a.length == b.length, a.length > 0, a != b else { return nil }
        let parent = IPPrefix(a.address, length: Int(a.length) - 1)
        return parent.contains(b) ? parent : nil
    }
}

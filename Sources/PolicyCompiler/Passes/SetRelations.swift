import Classification
import NetTypes

/// What the members of a tree's sets say of each other. Sets that follow domain names are related to themselves alone:
/// nobody knows what they will hold.
///
/// A question about two sets costs O(s log l), s and l their sizes, the smaller first, and is asked once.
struct SetRelations {
    private let sets: [IPSet]
    private var answers: [Question: Bool] = [:]
    private var protocols: [Part: ProtocolSet] = [:]

    private struct Part: Hashable {
        var set: IPSetID
        var family: IPFamily
    }

    private struct Question: Hashable {
        var kind: Kind
        var a: IPSetID
        var b: IPSetID
        var family: IPFamily

        enum Kind {
            case contained
            case disjoint
        }
    }

    init(_ tree: MatchTree) { sets = tree.sets }

    // MARK: One set

    func set(_ id: IPSetID) -> IPSet { sets[id.value] }

    /// Without members, for good.
    func isEmpty(_ set: IPSetID, _ family: IPFamily) -> Bool {
        switch sets[set.value].members {
        case .addresses(let blocks): SortedBlocks(blocks, family).isEmpty
        case .addressPorts: triples(set, family).isEmpty
        case .domains: false
        }
    }

    /// Every address of the family is a member.
    func isFull(_ set: IPSetID, _ family: IPFamily) -> Bool {
        guard case .addresses(let blocks) = sets[set.value].members else { return false }
        return SortedBlocks(blocks, family).isFull
    }

    /// Members of a triple set.
    func triples(_ set: IPSetID, _ family: IPFamily) -> ArraySlice<AddressPort> {
        guard case .addressPorts(let triples) = sets[set.value].members else { return [] }
        let border = triples.firstSorted { $0.address.family != .v4 }
        return family == .v4 ? triples[..<border] : triples[border...]
    }

    /// The protocols of a triple set's members.
    mutating func memberProtocols(_ set: IPSetID, _ family: IPFamily) -> ProtocolSet {
        let part = Part(set: set, family: family)
        if let known = protocols[part] { return known }
        var found = ProtocolSet.none
        for triple in triples(set, family) { found.insert(triple.proto) }
        protocols[part] = found
        return found
    }

    // MARK: Two sets

    /// Every member of `a` in the family is one of `b`.
    mutating func isContained(_ a: IPSetID, in b: IPSetID, _ family: IPFamily) -> Bool {
        if a == b { return true }
        let question = Question(kind: .contained, a: a, b: b, family: family)
        if let known = answers[question] { return known }
        let found: Bool
        switch (set(a).members, set(b).members) {
        case (.addresses(let a), .addresses(let b)):
            found = SortedBlocks(a, family).isContained(in: SortedBlocks(b, family))
        case (.addressPorts, .addressPorts): found = isContained(triples(a, family), in: triples(b, family))
        default: found = false
        }
        answers[question] = found
        return found
    }

    /// No address of the family is a member of both.
    mutating func areDisjoint(_ a: IPSetID, _ b: IPSetID, _ family: IPFamily) -> Bool {
        if a == b { return isEmpty(a, family) }
        let question = Question(kind: .disjoint, a: min(a, b), b: max(a, b), family: family)
        if let known = answers[question] { return known }
        var found = false
        if case .addresses(let a) = set(a).members, case .addresses(let b) = set(b).members {
            found = SortedBlocks(a, family).isDisjoint(from: SortedBlocks(b, family))
        }
        answers[question] = found
        return found
    }

    private func isContained(_ a: ArraySlice<AddressPort>, in b: ArraySlice<AddressPort>) -> Bool {
        guard a.count <= b.count else { return false }
        return a.allSatisfy { triple in
            let place = b.firstSorted { !($0 < triple) }
            return place < b.endIndex && b[place] == triple
        }
    }
}

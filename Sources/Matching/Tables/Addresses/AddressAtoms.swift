import Classification
import NetTypes

/// What rules can ask of one address: membership in an address set, or in the part of a triple set that has one
/// protocol and port. Numbered from 1; atom 0 holds the addresses for which tables never answer.
///
/// Only the sets that are asked for have atoms. Domain sets, whose members change, never do.
struct AddressAtoms<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// One block of one atom; blocks of an atom are disjoint.
    struct Block: Sendable {
        var first: Number
        var length: UInt8
        var atom: UInt32
    }

    enum SetForm {
        case addresses(atom: UInt32)
        /// Slice of `triples`.
        case triples(Range<Int>)
        /// No member in this family.
        case empty
        case domains
    }

    static var refused: UInt32 { 0 }

    let family: IPFamily
    private(set) var count = 1
    private(set) var blocks: [Block] = []
    /// Atoms of triple sets, with the service that each stands for.
    private(set) var triples: [(service: UInt32, atom: UInt32)] = []
    private var forms: [SetForm?]
    private let sets: [IPSet]

    init(_ sets: [IPSet], family: IPFamily) {
        self.sets = sets
        self.family = family
        forms = Array(repeating: nil, count: sets.count)
    }

    /// Addresses about which tables are not to answer.
    mutating func refuse(_ prefixes: [IPPrefix]) {
        append(IPSet.aggregated(prefixes.filter { $0.family == family }), AddressAtoms.refused)
    }

    mutating func form(of set: IPSetID) -> SetForm {
        if let known = forms[set.value] { return known }
        let form = makeForm(sets[set.value])
        forms[set.value] = form
        return form
    }

    private mutating func makeForm(_ set: IPSet) -> SetForm {
        switch set.members {
        case .domains: return .domains
        case .addresses:
            let prefixes = set.prefixes(of: family)
            guard !prefixes.isEmpty else { return .empty }
            let atom = nextAtom()
            append(prefixes, atom)
            return .addresses(atom: atom)
        case .addressPorts:
            var atoms: [UInt32: UInt32] = [:]
            let first = triples.count
            for triple in set.triples(of: family) {
                let service = ServiceNumber.number(triple.proto, triple.port)
                let atom = atoms[service] ?? nextAtom()
                if atoms.updateValue(atom, forKey: service) == nil { triples.append((service, atom)) }
                append([IPPrefix(host: triple.address)], atom)
            }
            return atoms.isEmpty ? .empty : .triples(first..<triples.count)
        }
    }

    private mutating func nextAtom() -> UInt32 {
        defer { count += 1 }
        return UInt32(count)
    }

    private mutating func append(_ prefixes: [IPPrefix], _ atom: UInt32) {
        for prefix in prefixes {
            blocks.append(
                Block(first: Number(truncatingIfNeeded: prefix.address.bits), length: prefix.length, atom: atom))
        }
    }
}

import Classification
import NetTypes

/// Turns one program, as the endpoints of one kind have it, into a table over the classes of peers.
///
/// The own end's address is known, so its conditions are settled first. What is left are conditions on the peer's
/// address, which the class answers, and on services, which make the row. For each group of classes only the rules that
/// ask for one of its atoms, or for none, are looked at.
struct ProgramSpecializer<Number: FixedWidthInteger & UnsignedInteger & Sendable> {
    let templates: RuleTemplates<Number>
    let addresses: AddressClasses<Number>
    let services: ServiceClasses
    private(set) var rows: RowStore
    /// By atom, how many tables ask for it of peers.
    private(set) var usesOfAtom: [Int]
    private var rowBuilder: RowBuilder
    private var labels = LabelSource()
    /// Position of an atom among those of the current program; -1 where it has no such atom.
    private var ownPosition: [Int32]
    private var peerPosition: [Int32]

    init(
        _ templates: RuleTemplates<Number>, _ addresses: AddressClasses<Number>, _ services: ServiceClasses,
        rows: RowStore
    ) {
        self.templates = templates
        self.addresses = addresses
        self.services = services
        self.rows = rows
        rowBuilder = RowBuilder(services)
        usesOfAtom = Array(repeating: 0, count: templates.atoms.count)
        ownPosition = Array(repeating: -1, count: templates.atoms.count)
        peerPosition = ownPosition
    }

    /// The kinds of own addresses that a program can tell apart.
    mutating func ownKinds(_ atoms: [UInt32]) -> ClassPartition { ClassPartition(atoms, addresses, &labels) }

    /// - Parameters:
    ///   - own: which of `ownAtoms` the endpoint's address has.
    ///   - first: rules to ask before the program's.
    mutating func table(
        _ program: FlatProgram, _ direction: Direction, ownAtoms: [UInt32], own: AtomBits, first: [TableRule]
    ) -> ProgramTable {
        for (position, atom) in ownAtoms.enumerated() { ownPosition[Int(atom)] = Int32(position) }
        defer { for atom in ownAtoms { ownPosition[Int(atom)] = -1 } }
        // The rules that come first are a block of their own.
        var steps = first.map { FlatProgram.Step(rule: $0, block: -1) }
        steps += program.steps.filter { step in
            step.rule.ownIn.allSatisfy { own.contains(Int(ownPosition[Int($0)])) }
                && !step.rule.ownNotIn.contains { own.contains(Int(ownPosition[Int($0)])) }
        }
        let peerAtoms = peerAtoms(steps, direction)
        for (position, atom) in peerAtoms.enumerated() {
            peerPosition[Int(atom)] = Int32(position)
            usesOfAtom[Int(atom)] += 1
        }
        defer { for atom in peerAtoms { peerPosition[Int(atom)] = -1 } }
        let partition = ClassPartition(peerAtoms, addresses, &labels)
        let candidates = Candidates(steps, peerAtoms.count) { keys(of: $0, direction) }
        let rowOfGroup = partition.members.map { peer in
            row(candidates.steps(of: peer, among: steps), direction, Ends(own: own, peer: peer))
        }
        return merged(partition, rowOfGroup)
    }

    private struct Ends {
        var own: AtomBits
        var peer: AtomBits
    }

    /// The most frequent row, and spans of others.
    private func merged(_ partition: ClassPartition, _ rowOfGroup: [UInt32]) -> ProgramTable {
        var sizes: [UInt32: Int] = [:]
        for span in partition.spans { sizes[rowOfGroup[span.group], default: 0] += span.classes.count }
        let common = sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? rowOfGroup[0]
        var table = ProgramTable(common: common, exceptions: [])
        for span in partition.spans where rowOfGroup[span.group] != common {
            table.exceptions.append((span.classes, rowOfGroup[span.group]))
        }
        return table
    }

    private func peerAtoms(_ steps: [FlatProgram.Step], _ direction: Direction) -> [UInt32] {
        var atoms: [UInt32] = []
        for step in steps {
            atoms += step.rule.peerIn
            atoms += step.rule.peerNotIn
            guard let index = step.rule.named else { continue }
            let named = templates.named[index]
            for triples in direction == .ingress ? named.sourceTriples : named.destinationTriples {
                atoms += templates.atoms.triples[triples].map(\.atom)
            }
        }
        atoms.sort()
        var distinct: [UInt32] = []
        for atom in atoms where distinct.last != atom { distinct.append(atom) }
        return distinct
    }

    /// Positions of atoms of which a peer must have one, or the rule cannot match; `nil`: it need have none.
    private func keys(of rule: TableRule, _ direction: Direction) -> [Int]? {
        if let atom = rule.peerIn.min(by: { addresses.ranges(of: $0).count < addresses.ranges(of: $1).count }) {
            return [Int(peerPosition[Int(atom)])]
        }
        guard let index = rule.named else { return nil }
        let named = templates.named[index]
        let triples: [NamedCondition.Triples]?
        if direction == .ingress {
            triples = named.sourceAny.first
        } else if let first = named.all.first {
            triples = [first]
        } else if let ports = named.ports, ports.ranges == nil {
            triples = ports.sets
        } else {
            triples = nil
        }
        return triples?.flatMap { templates.atoms.triples[$0].map { Int(peerPosition[Int($0.atom)]) } }
    }

    private mutating func row(_ steps: [FlatProgram.Step], _ direction: Direction, _ ends: Ends) -> UInt32 {
        rowBuilder.begin()
        for step in steps {
            let rule = step.rule
            guard rule.peerIn.allSatisfy({ ends.peer.contains(Int(peerPosition[Int($0)])) }),
                !rule.peerNotIn.contains(where: { ends.peer.contains(Int(peerPosition[Int($0)])) })
            else { continue }
            var matching = rowBuilder.bits(rule.services)
            var isUncertain = rule.isUncertain
            if let index = rule.named {
                guard narrow(&matching, &isUncertain, templates.named[index], direction, ends) else { continue }
            }
            let entry: UInt32? =
                isUncertain
                ? 0
                : rule.action == .pass
                    ? nil : TableEntry(accepts: rule.action == .allow, SiteID(rule.site)).raw
            guard rowBuilder.apply(matching, entry, block: step.block) else { break }
        }
        return rows.number(of: rowBuilder.finish())
    }

    // MARK: Triples

    /// Takes away the services at which the addresses of both ends don't fulfil a condition. False: none is left.
    private func narrow(
        _ matching: inout [UInt64], _ isUncertain: inout Bool, _ named: NamedCondition, _ direction: Direction,
        _ ends: Ends
    ) -> Bool {
        let atDestination = { triples in classes(triples, isOwn: direction == .ingress, ends) }
        let atSource = { triples in classes(triples, isOwn: direction == .egress, ends) }
        for list in named.sourceAny {
            guard list.contains(where: { !atSource($0).isEmpty }) else { return false }
            isUncertain = true
        }
        if named.sourceNone.contains(where: { !atSource($0).isEmpty }) { isUncertain = true }
        if let ports = named.ports {
            var allowed = rowBuilder.bits(of: ports.sets.flatMap(atDestination))
            if let ranges = ports.ranges {
                let more = rowBuilder.bits(ranges)
                for index in allowed.indices { allowed[index] |= more[index] }
            }
            for index in matching.indices { matching[index] &= allowed[index] }
        }
        for triples in named.all {
            let allowed = rowBuilder.bits(of: atDestination(triples))
            for index in matching.indices { matching[index] &= allowed[index] }
        }
        let refused = rowBuilder.bits(of: named.notPorts.flatMap(atDestination))
        for index in matching.indices { matching[index] &= ~refused[index] }
        return true
    }

    /// The classes of the services at which a set has the address of one end.
    private func classes(_ triples: NamedCondition.Triples, isOwn: Bool, _ ends: Ends) -> [UInt16] {
        let (position, bits) = isOwn ? (ownPosition, ends.own) : (peerPosition, ends.peer)
        return templates.atoms.triples[triples].compactMap { triple in
            bits.contains(Int(position[Int(triple.atom)])) ? services[triple.service] : nil
        }
    }
}

/// The rules of a program by the atoms that they need.
private struct Candidates {
    private var always: [Int] = []
    private var byAtom: [[Int]]

    init(_ steps: [FlatProgram.Step], _ atomCount: Int, keys: (TableRule) -> [Int]?) {
        byAtom = Array(repeating: [], count: atomCount)
        for (index, step) in steps.enumerated() {
            guard let keys = keys(step.rule) else {
                always.append(index)
                continue
            }
            for key in keys { byAtom[key].append(index) }
        }
    }

    /// Those that a peer with these atoms can match, in order.
    func steps(of peer: AtomBits, among steps: [FlatProgram.Step]) -> [FlatProgram.Step] {
        var indices = always
        let isSorted = indices.count
        for atom in peer.members { indices += byAtom[atom] }
        if indices.count > isSorted { indices.sort() }
        var result: [FlatProgram.Step] = []
        var previous = -1
        for index in indices where index != previous {
            result.append(steps[index])
            previous = index
        }
        return result
    }
}

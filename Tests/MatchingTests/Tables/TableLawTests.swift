import Classification
import NetTypes
import NetworkTopology
import Testing
import TreeFixtures

@testable import Matching

/// What each part of the tables promises by itself.
@Suite struct TableLawTests {
    private var random = RandomTrees(seed: 31)

    @Test(arguments: [0, 1, 2, 3, 50, 4000]) mutating func everyKeyHasAPlaceOfItsOwn(_ count: Int) throws {
        var pairs: Set<[UInt32]> = []
        while pairs.count < count { pairs.insert([UInt32(random.number(0...300)), UInt32(random.number(0...300))]) }
        let keys = Array(pairs)
        let hash = try #require(PerfectHash(keys.map { $0[0] }, keys.map { $0[1] }))
        let places = Set(keys.map { hash.slot($0[0], $0[1]) })
        #expect(places.count == count)
        #expect(places.allSatisfy { $0 < hash.slotCount })
        #expect(hash.slotCount <= count * 8 / 7 + 2)
        let filter = PairFilter(keys.map { $0[0] }, keys.map { $0[1] }, hash.constants)
        #expect(filter.words.count <= max(2, count))
    }

    @Test func aKeyThatRepeatsHasNoPlace() { #expect(PerfectHash([5, 5], []) == nil) }

    @Test mutating func everyRowIsFoundAmongAllOthers() {
        let classCount = 90
        var rows: [RowForm] = [.plain]
        for _ in 0..<400 {
            let classes = Set(
                (0..<random.number(0...random.number(0...60))).map { _ in random.number(1...(classCount - 1)) })
            let exceptions = classes.sorted().map { UInt64($0) << 32 | UInt64(random.number(4...4000)) }
            let row = Row(common: UInt32(random.number(4...40)), exceptions: exceptions)
            rows.append(random.chance(2) ? RowForm(ofProgram: row) : RowForm(row, over: .evaluate))
        }
        let layout = RowLayout(rows, classCount: classCount)
        for (row, value) in zip(rows, layout.values) {
            #expect(row.isPlain == (value == 0))
            guard value != 0 else { continue }
            if value & RowLayout.direct != 0 {
                #expect(row.exceptions.isEmpty && row.common == value & ~RowLayout.direct)
                continue
            }
            let start = value >> 1
            let listed = [UInt32: UInt32](
                uniqueKeysWithValues: row.exceptions.map { (UInt32($0 >> 32), UInt32(truncatingIfNeeded: $0)) })
            for number in 1..<UInt32(classCount) {
                let slot = layout.slots[Int(start + number)]
                #expect((slot.start == start ? slot.entry : nil) == listed[number])
            }
            #expect((value & 1 == 1) == (row.common != nil))
            if let common = row.common { #expect(layout.slots[Int(start)].entry == common) }
        }
    }

    @Test(arguments: 1...20) func addressesOfOneClassAreMembersOfTheSameSets(_ seed: UInt64) {
        check(TableWorld(seed: seed), UInt32.self, .v4)
        check(TableWorld(seed: seed), UInt128.self, .v6)
    }

    /// Every member of every set is in a class with the set's atom, and no other address is.
    private func check<Number: FixedWidthInteger & UnsignedInteger & Sendable>(
        _ world: TableWorld, _: Number.Type, _ family: IPFamily
    ) {
        let sets = world.tree.sets
        var atoms = AddressAtoms<Number>(sets, family: family)
        let forms = sets.indices.map { atoms.form(of: IPSetID($0)) }
        let classes = AddressClasses(atoms, singles: [])
        var probes: Set<Number> = [0, .max]
        for block in atoms.blocks {
            let hosts = Number.max >> Number(block.length) | (Int(block.length) == 0 ? .max : 0)
            let last = Int(block.length) == Number.bitWidth ? block.first : block.first | hosts
            probes.formUnion([block.first, last, block.first &- 1, last &+ 1])
        }
        for probe in probes {
            let address = IPAddress(family: family, bits: UInt128(probe))
            guard
                let region = classes.regions.last(where: {
                    IPPrefix(IPAddress(family: family, bits: UInt128($0.first)), length: Int($0.length)).contains(
                        address)
                })
            else {
                Issue.record("no region for \(address)")
                continue
            }
            for (set, form) in zip(sets, forms) {
                switch form {
                case .addresses(let atom):
                    let isMember = set.prefixes(of: family).contains { $0.contains(address) }
                    #expect(classes.contains(region.addressClass, atom) == isMember, "seed, \(address), \(set.name)")
                case .triples(let triples):
                    for triple in atoms.triples[triples] {
                        let isMember = set.triples(of: family).contains {
                            $0.address == address && ServiceNumber.number($0.proto, $0.port) == triple.service
                        }
                        #expect(classes.contains(region.addressClass, triple.atom) == isMember)
                    }
                case .empty, .domains: break
                }
            }
        }
    }

    @Test mutating func servicesOfOneClassAreInTheSameSets() {
        let sets = (0..<20).map { _ in
            let (a, b) = (UInt16(random.number(0...65535)), UInt16(random.number(0...65535)))
            let ports = ServiceSet(ports: [PortRange(min(a, b), max(a, b))])
            return random.chance(3) ? ports.inverted : ports.intersection(ServiceSet(ProtocolSet(.tcp, .icmp)).inverted)
        }
        let classes = ServiceClasses(sets)
        for _ in 0..<3000 {
            let service = UInt32(random.number(0...Int(ServiceNumber.count - 1)))
            for (set, members) in zip(sets, classes.classesOfSet) {
                let isMember = set.ranges.contains { $0.first <= service && service <= $0.last }
                #expect(members.contains(classes[service]) == isMember)
            }
        }
        #expect(classes[ServiceNumber.unreadable] == ServiceClasses.none)
        #expect(classes[ServiceNumber.count] == ServiceClasses.none)
    }
}

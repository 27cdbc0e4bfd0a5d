import Classification
import NetTypes
import Testing
import TreeFixtures

@testable import Matching

/// Matrix and cells together say of each class what its program's table says.
@Suite struct ClassColumnsTests {
    private struct World {
        var columns: ClassColumns
        var tables: [ProgramTable]
        var classCount: Int
    }

    /// Classes of random sets, of which the first few are asked for by every program.
    private func world(_ random: inout RandomTrees) -> World {
        var tree = random.tree()
        let seeds = tree.sets
        for _ in 0..<3 { tree.sets += seeds }
        var atoms = AddressAtoms<UInt32>(tree.sets, family: .v4)
        for index in tree.sets.indices { _ = atoms.form(of: .init(index)) }
        let classes = AddressClasses(atoms, singles: [])
        let programs = 40
        let uses = (0..<atoms.count).map { $0 % 3 == 1 ? programs : random.number(0...2) }
        let columns = ClassColumns(classes, uses: uses, programs: programs)
        let tables = (0..<programs).map { _ in
            var table = ProgramTable(common: 1, exceptions: [])
            var next: UInt32 = 0
            while Int(next) < classes.count {
                let end = min(next + UInt32(random.number(1...6)), UInt32(classes.count))
                if random.chance(2) { table.exceptions.append((next..<end, UInt32(random.number(2...4)))) }
                next = end
            }
            return table
        }
        return World(columns: columns, tables: tables, classCount: classes.count)
    }

    private func row(_ table: ProgramTable, _ addressClass: UInt32) -> UInt32 {
        table.exceptions.first { $0.classes.contains(addressClass) }?.row ?? table.common
    }

    @Test(arguments: 1...20) func piecesAreTheTable(_ seed: UInt64) {
        var random = RandomTrees(seed: seed)
        let world = world(&random)
        for table in world.tables {
            var next: UInt32 = 0
            var counts: [[UInt32: Int]] = Array(repeating: [:], count: Int(world.columns.count))
            world.columns.forEachPiece(of: table) { classes, column, found in
                #expect(classes.lowerBound == next)
                next = classes.upperBound
                for addressClass in classes {
                    #expect(row(table, addressClass) == found)
                    #expect(world.columns.peer(addressClass) >> world.columns.shift == column)
                    #expect(world.columns.peer(addressClass) & (1 << world.columns.shift - 1) == addressClass)
                }
                counts[column][found, default: 0] += classes.count
            }
            #expect(Int(next) == world.classCount)
            for (count, usual) in zip(counts, world.columns.usualRows(of: table)) {
                let total = count.values.reduce(0, +)
                #expect(total == 0 || count[usual] != nil)
                for (row, number) in count where number * 2 > total { #expect(row == usual) }
            }
        }
    }

    /// Forty pairs in one column and none beside it: all ways to say a row are taken, and say the same.
    @Test(arguments: 1...20) func cellsAndMatrixSayTheRows(_ seed: UInt64) throws {
        var random = RandomTrees(seed: seed)
        let world = world(&random)
        let services = ServiceClasses((0..<30).map { ServiceSet(ServiceNumber.number(.tcp, UInt16(80 + $0))) })
        var rows = [Row.evaluate]
        for number in 1...4 {
            let exceptions = (0..<random.number(0...(number * 2))).map { _ in UInt64(random.number(1...30)) }
            rows.append(
                Row(
                    common: UInt32(random.chance(2) ? 5 : 4 * number + 1),
                    exceptions: Set(exceptions).sorted().map { $0 << 32 | UInt64(random.number(20...40)) }))
        }
        let parts = try #require(
            TableParts(programs: world.tables, rows: rows, columns: world.columns, services: services))
        #expect(parts.programs.count == world.tables.count * ProgramLine.words)
        let statistics = TableStatistics(parts, rows: rows, classes: world.classCount, singles: 0, records: 1, bytes: 0)
        #expect(statistics.programs == world.tables.count)
        let index = try #require(
            AddressIndex4(singles: [], regions: [(0, 0, AddressRecord(peer: 0, egress: 1, ingress: 1))]))
        let storage = TableStorage(parts, index)
        for (number, table) in world.tables.enumerated() {
            for addressClass in 0..<UInt32(world.classCount) {
                let row = rows[Int(row(table, addressClass))]
                for port in UInt16(79)...111 {
                    let (service, found) = unsafe storage.withTables { tables in
                        let service = unsafe tables.serviceClass(ServiceNumber.number(.tcp, port))
                        return unsafe (
                            service, tables.entry(UInt32(number), world.columns.peer(addressClass), service)
                        )
                    }
                    let expected =
                        row.exceptions.first { UInt32($0 >> 32) == service & ~UInt32(TableParts.frequent) }
                        .map { UInt32(truncatingIfNeeded: $0) } ?? row.common
                    #expect(found == expected, "seed \(seed), program \(number), class \(addressClass), \(port)")
                }
            }
        }
    }
}

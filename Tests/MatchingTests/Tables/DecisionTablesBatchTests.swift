import Classification
import Matching
import NetTypes
import NetworkTopology
import Testing

/// Batches say what single packets get, whatever runs them.
@Suite struct DecisionTablesBatchTests {
    @Test(arguments: 1...12) func everyInstructionSetAnswersAlike(_ seed: UInt64) {
        var world = TableWorld(seed: seed)
        var keys: [FlowKey] = []
        while keys.count < 700 {
            let key = world.key()
            if key.family == .v4 { keys.append(key) }
        }
        var answered = 0
        for set in DecisionTables.InstructionSet.available {
            let tables = DecisionTables(world.tree, instructionSet: set)
            #expect(tables.running(on: .scalar).statistics == tables.statistics)
            for count in [0, 1, 7, 16, 17, 31, 64, 255, 256, 257, 700] {
                let batch = Batch(tables, Array(keys.prefix(count)))
                for (index, key) in keys.prefix(count).enumerated() {
                    let expected = tables.classify(key)
                    #expect(batch.egress[index] == expected.egress.raw, "seed \(seed), \(set), \(count), \(key)")
                    #expect(batch.ingress[index] == expected.ingress.raw, "seed \(seed), \(set), \(count), \(key)")
                    if !expected.egress.needsEvaluation { answered += 1 }
                }
            }
        }
        #expect(answered > 500)
    }
}

extension DecisionTablesBatchTests {
    @Test(arguments: 1...12) func aCacheChangesNoAnswer(_ seed: UInt64) throws {
        var world = TableWorld(seed: seed)
        let distinct = (0..<400).map { _ in world.key() }.filter { $0.family == .v4 }
        // Each batch has packets that came before, new ones, and some twice.
        let batches = (1...5).map { number in Array(distinct.prefix(distinct.count * number / 5).shuffled()) }
        for set in DecisionTables.InstructionSet.available {
            let tables = DecisionTables(world.tree, instructionSet: set)
            let cache = try #require(tables.makeCache())
            for batch in batches + batches {
                let keys = batch + batch.prefix(20)
                for (key, answer) in zip(keys, tables.classify(keys, cache: cache)) {
                    let expected = tables.classify(key)
                    #expect(answer.egress == expected.egress, "seed \(seed), \(set), \(key)")
                    #expect(answer.ingress == expected.ingress, "seed \(seed), \(set), \(key)")
                }
            }
        }
    }

    @Test func aCacheOfOtherTablesIsIgnored() throws {
        var (one, other) = (TableWorld(seed: 1), TableWorld(seed: 2))
        let (tables, others) = (DecisionTables(one.tree), DecisionTables(other.tree))
        let cache = try #require(others.makeCache())
        let keys = (0..<300).map { _ in one.key() } + (0..<300).map { _ in other.key() }
        _ = others.classify(keys, cache: cache)
        for (key, answer) in zip(keys, tables.classify(keys, cache: cache)) {
            #expect(answer.egress == tables.classify(key).egress)
            #expect(answer.ingress == tables.classify(key).ingress)
        }
    }

    /// Enough packets that never come again for the cache to be left out, then some that do.
    @Test func aRestingCacheChangesNoAnswer() throws {
        var world = TableWorld(seed: 3)
        let tables = DecisionTables(world.tree)
        let cache = try #require(tables.makeCache())
        let keys = (0..<500).map { _ in world.key() }.filter { $0.family == .v4 }
        for round in 0..<(220_000 / keys.count) {
            let strangers = keys.map { key in
                var key = key
                key.source = IPAddress(v4: 0x3000_0000 + UInt32(round) << 12 + UInt32(key.source.bits & 0xfff))
                return key
            }
            _ = tables.classify(strangers, cache: cache)
        }
        for _ in 0..<2 {
            for (key, answer) in zip(keys, tables.classify(keys, cache: cache)) {
                #expect(answer.egress == tables.classify(key).egress)
                #expect(answer.ingress == tables.classify(key).ingress)
            }
        }
    }
}

/// The answers to a batch of IPv4 packets.
struct Batch {
    var egress: [UInt32]
    var ingress: [UInt32]

    init(_ tables: DecisionTables, _ keys: [FlowKey]) {
        let blank = [UInt32](repeating: 0xdead_beef, count: keys.count)
        (egress, ingress) = (blank, blank)
        let sources = keys.map { UInt32(truncatingIfNeeded: $0.source.bits) }
        let destinations = keys.map { UInt32(truncatingIfNeeded: $0.destination.bits) }
        let services = keys.map { DecisionTables.service(of: $0) }
        guard !keys.isEmpty else { return }
        unsafe sources.withUnsafeBufferPointer { sources in
            unsafe destinations.withUnsafeBufferPointer { destinations in
                unsafe services.withUnsafeBufferPointer { services in
                    unsafe tables.classify4(
                        count: keys.count, sources: sources.baseAddress!, destinations: destinations.baseAddress!,
                        services: services.baseAddress!, egress: &egress, ingress: &ingress)
                }
            }
        }
    }
}

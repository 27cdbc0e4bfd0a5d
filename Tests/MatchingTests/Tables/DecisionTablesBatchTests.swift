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

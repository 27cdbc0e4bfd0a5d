import Classification
public import Matching
public import NetTypes
import NetworkTopology
import PolicyIR
public import Workspace

/// Full verdict with deciding rule at both ends, from the IPv4 five-tuple on: who each end is, what policy applies to it,
/// what that says. Connection tracking and reports stay out of it.
///
/// Batches go through `DecisionTables` behind a `VerdictCache`; what those leave open goes to the rule lists of `Matcher`, within what is
/// measured, and is counted.
public struct ClassifyWorkload: Sendable {
    public let inputs: LoadedInputs
    /// Those of the given keys that are IPv4.
    public let keys: [FlowKey]
    let tables: DecisionTables
    private let cache: VerdictCache?
    private let place = AnswerPlace(count: ClassifyWorkload.batch)
    private let matcher: Matcher
    private let owners: [IPAddress: EndpointPrograms]
    private let sources: [UInt32]
    private let destinations: [UInt32]
    private let services: [UInt32]
    /// Of the last pass.
    public private(set) var denied = 0
    /// Keys of the last pass that the tables left to the rule lists.
    public private(set) var residual = 0

    public static let batch = 256

    /// - Parameter instructionSet: `nil`: the best of this CPU.
    public init(_ inputs: LoadedInputs, _ keys: [FlowKey], instructionSet: DecisionTables.InstructionSet? = nil) {
        self.inputs = inputs
        self.keys = keys.filter { $0.family == .v4 }
        tables = DecisionTables(inputs.tree, instructionSet: instructionSet)
        cache = tables.makeCache()
        matcher = Matcher(inputs.tree)
        var owners: [IPAddress: EndpointPrograms] = [:]
        for (endpoint, programs) in zip(inputs.tree.topology.endpoints, inputs.tree.endpoints) {
            for address in endpoint.addresses { owners[address] = programs }
        }
        self.owners = owners
        sources = self.keys.map { UInt32(truncatingIfNeeded: $0.source.bits) }
        destinations = self.keys.map { UInt32(truncatingIfNeeded: $0.destination.bits) }
        services = self.keys.map { DecisionTables.service(of: $0) }
    }

    /// Judges every key; allocates nothing.
    public mutating func pass() {
        var denied = 0
        var residual = 0
        forEachBatch(stride(from: 0, to: keys.count, by: ClassifyWorkload.batch)) { first, answers in
            let (denials, isOpen) = answers.tally
            denied += denials
            guard isOpen else { return }
            for index in 0..<answers.count where answers[index].needsEvaluation {
                residual += 1
                if !accepts(keys[first + index]) { denied += 1 }
            }
        }
        (self.denied, self.residual) = (denied, residual)
    }

    /// Classifies the batches that begin with these keys. Their answers have one place for all, as the peer's have, since
    /// whoever asks makes use of an answer at once.
    func forEachBatch(_ firsts: some Sequence<Int>, _ body: (_ first: Int, BatchAnswers) -> Void) {
        unsafe sources.withUnsafeBufferPointer { sources in
            unsafe destinations.withUnsafeBufferPointer { destinations in
                unsafe services.withUnsafeBufferPointer { services in
                    guard let sources = sources.baseAddress, let destinations = destinations.baseAddress,
                        let services = services.baseAddress
                    else { return }
                    let (egress, ingress) = unsafe (place.egress, place.ingress)
                    for first in firsts {
                        let count = min(ClassifyWorkload.batch, keys.count - first)
                        unsafe tables.classify4(
                            count: count, sources: sources + first, destinations: destinations + first,
                            services: services + first, egress: egress, ingress: ingress, cache: cache)
                        body(first, unsafe BatchAnswers(count: count, egress: egress, ingress: ingress))
                    }
                }
            }
        }
    }

    func accepts(_ key: FlowKey) -> Bool {
        if let source = owners[key.source], matcher.classify(source.egress, key).verdict == .drop { return false }
        guard let destination = owners[key.destination] else { return true }
        return matcher.classify(destination.ingress, key).verdict == .accept
    }
}

/// What a batch came to; good until the next one.
@safe struct BatchAnswers {
    typealias Entries = (egress: TableEntry, ingress: TableEntry, needsEvaluation: Bool)

    let count: Int
    private let egress: UnsafePointer<UInt32>
    private let ingress: UnsafePointer<UInt32>

    @unsafe init(count: Int, egress: UnsafePointer<UInt32>, ingress: UnsafePointer<UInt32>) {
        self.count = count
        unsafe self.egress = egress
        unsafe self.ingress = ingress
    }

    subscript(_ index: Int) -> Entries {
        assert(index >= 0 && index < count)
        let (egress, ingress) = unsafe (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
        return (egress, ingress, egress.needsEvaluation || ingress.needsEvaluation)
    }

    /// Denials, counted without a branch as they come at random; whether an entry was left open.
    var tally: (denials: Int, isOpen: Bool) {
        var denials: UInt32 = 0
        var open: UInt32 = 0
        for index in 0..<count {
            let (egress, ingress) = unsafe (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
            denials &+= (egress.denies ? 1 : 0) | (ingress.denies ? 1 : 0)
            open |= (egress.needsEvaluation ? 1 : 0) | (ingress.needsEvaluation ? 1 : 0)
        }
        return (Int(denials), open != 0)
    }
}

/// Where the answers of a batch stand. As a cache, it is not for several threads at once.
@safe private final class AnswerPlace: @unchecked Sendable {
    let egress: UnsafeMutablePointer<UInt32>
    let ingress: UnsafeMutablePointer<UInt32>

    init(count: Int) {
        unsafe egress = .allocate(capacity: count)
        unsafe ingress = .allocate(capacity: count)
    }

    deinit {
        unsafe egress.deallocate()
        unsafe ingress.deallocate()
    }
}

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
    private let matcher: Matcher
    private let owners: [IPAddress: EndpointPrograms]
    private let sources: [UInt32]
    private let destinations: [UInt32]
    private let services: [UInt32]
    /// What the last batch came to, `TableEntry.raw`: one place for all batches, as the peer has it, since whoever asks
    /// makes use of an answer at once.
    private var egress = [UInt32](repeating: 0, count: ClassifyWorkload.batch)
    private var ingress = [UInt32](repeating: 0, count: ClassifyWorkload.batch)
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
        denied = 0
        residual = 0
        for first in stride(from: 0, to: keys.count, by: ClassifyWorkload.batch) {
            let count = classify(first)
            if tally(count) { settleResidual(first, count) }
        }
    }

    /// Counts denials without a branch, as they come at random; whether an entry was left open.
    private mutating func tally(_ count: Int) -> Bool {
        var denials: UInt32 = 0
        var open: UInt32 = 0
        for index in 0..<count {
            let (egress, ingress) = entries(index)
            denials &+= (egress.denies ? 1 : 0) | (ingress.denies ? 1 : 0)
            open |= (egress.needsEvaluation ? 1 : 0) | (ingress.needsEvaluation ? 1 : 0)
        }
        denied += Int(denials)
        return open != 0
    }

    private mutating func settleResidual(_ first: Int, _ count: Int) {
        for index in 0..<count {
            let (egress, ingress) = entries(index)
            guard egress.needsEvaluation || ingress.needsEvaluation else { continue }
            residual += 1
            if !accepts(keys[first + index]) { denied += 1 }
        }
    }

    /// What the last batch says of one of its keys.
    func entries(_ index: Int) -> (egress: TableEntry, ingress: TableEntry) {
        (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
    }

    /// The batch that begins with a key; how many it has.
    mutating func classify(_ first: Int) -> Int {
        let count = min(ClassifyWorkload.batch, keys.count - first)
        unsafe sources.withUnsafeBufferPointer { sources in
            unsafe destinations.withUnsafeBufferPointer { destinations in
                unsafe services.withUnsafeBufferPointer { services in
                    unsafe egress.withUnsafeMutableBufferPointer { egress in
                        unsafe ingress.withUnsafeMutableBufferPointer { ingress in
                            guard let sources = sources.baseAddress, let destinations = destinations.baseAddress,
                                let services = services.baseAddress, let egress = egress.baseAddress,
                                let ingress = ingress.baseAddress
                            else { return }
                            unsafe tables.classify4(
                                count: count, sources: sources + first, destinations: destinations + first,
                                services: services + first, egress: egress, ingress: ingress, cache: cache)
                        }
                    }
                }
            }
        }
        return count
    }

    func accepts(_ key: FlowKey) -> Bool {
        if let source = owners[key.source], matcher.classify(source.egress, key).verdict == .drop { return false }
        guard let destination = owners[key.destination] else { return true }
        return matcher.classify(destination.ingress, key).verdict == .accept
    }
}

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
    /// What the last pass said of each key: `TableEntry.raw`.
    private(set) var egress: [UInt32]
    private(set) var ingress: [UInt32]
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
        egress = Array(repeating: 0, count: self.keys.count)
        ingress = egress
    }

    /// Judges every key; allocates nothing.
    public mutating func pass() {
        denied = 0
        residual = 0
        var first = 0
        while first < keys.count {
            let count = min(ClassifyWorkload.batch, keys.count - first)
            classify(first, count)
            if tally(first, count) { settleResidual(first, count) }
            first += count
        }
    }

    /// Counts denials without a branch, as they come at random; whether an entry was left open.
    private mutating func tally(_ first: Int, _ count: Int) -> Bool {
        var denials: UInt32 = 0
        var open: UInt32 = 0
        for index in first..<first + count {
            let (egress, ingress) = (TableEntry(raw: egress[index]), TableEntry(raw: ingress[index]))
            denials &+= (egress.denies ? 1 : 0) | (ingress.denies ? 1 : 0)
            open |= (egress.needsEvaluation ? 1 : 0) | (ingress.needsEvaluation ? 1 : 0)
        }
        denied += Int(denials)
        return open != 0
    }

    private mutating func settleResidual(_ first: Int, _ count: Int) {
        for index in first..<first + count {
            guard TableEntry(raw: egress[index]).needsEvaluation || TableEntry(raw: ingress[index]).needsEvaluation
            else { continue }
            residual += 1
            if !accepts(keys[index]) { denied += 1 }
        }
    }

    private mutating func classify(_ first: Int, _ count: Int) {
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
                                services: services + first, egress: egress + first, ingress: ingress + first,
                                cache: cache)
                        }
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

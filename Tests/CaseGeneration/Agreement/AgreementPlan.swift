public import PolicyTesting
import TestSupport

/// How many cases are generated, from which seed, and who judges them.
public struct AgreementPlan: Sendable {
    public var seed: UInt64
    public var policySets: Int
    public var packetsPerSet: Int
    /// The kernel takes this many of a set's packets at most.
    public var kernelPacketsPerSet: Int
    /// Compared with the reference evaluator, which always judges.
    public var engines: [EngineName]

    public init(
        seed: UInt64, policySets: Int, packetsPerSet: Int, kernelPacketsPerSet: Int = .max,
        engines: [EngineName] = [.matcher]
    ) {
        self.seed = seed
        self.policySets = policySets
        self.packetsPerSet = packetsPerSet
        self.kernelPacketsPerSet = kernelPacketsPerSet
        self.engines = engines
    }

    /// The seed of one policy set: each can be made again without the others.
    public func seed(ofSet set: Int) -> UInt64 {
        var generator = SeededGenerator(seed: seed &+ UInt64(truncatingIfNeeded: set) &* 0xd134_2543_de82_ef95)
        return generator.next()
    }

    public func policySet(_ set: Int) -> PolicySet { PolicyGenerator.policySet(seed: seed(ofSet: set)) }

    /// The packets' seed differs from the policies'.
    func packetSeed(_ set: Int) -> UInt64 { ~seed(ofSet: set) }
}

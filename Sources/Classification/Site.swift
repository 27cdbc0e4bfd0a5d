public import Diagnostics
public import NetTypes
import NetworkTopology

/// Number of a place where a verdict can be decided; counters are indexed by it.
@frozen public struct SiteID: Hashable, Comparable, Sendable {
    public let value: UInt32
    @inlinable public init(_ value: UInt32) { self.value = value }
    @inlinable public static func < (a: SiteID, b: SiteID) -> Bool { a.value < b.value }
}

extension FixedSite {
    /// Fixed sites come first in `MatchTree.sites`.
    @inlinable public var id: SiteID { SiteID(rawValue) }
}

/// One place where a verdict can be decided, and what reports say about it.
public struct Site: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case fixed(FixedSite)
        /// `rule` is the index in the chain's rules.
        case rule(chain: ChainID, rule: Int)
        /// The end of a tier none of whose policies decided; `tier` is the index in the program's tiers.
        case endOfTier(program: ProgramID, tier: Int)
        /// No profile decided.
        case noProfile(program: ProgramID)
        /// A listed profile that does not exist.
        case missingProfile(chain: ChainID)
    }

    public var kind: Kind
    public init(kind: Kind) { self.kind = kind }
}

extension MatchTree {
    /// What a site means, in the terms that all engines share.
    public func cause(of site: SiteID) -> DecisionCause {
        switch sites[Int(site.value)].kind {
        case .fixed(let fixed): return .fixed(fixed)
        case .rule(let chain, let rule):
            let chain = chains[chain.value]
            let index = chain.rules[rule].manifestIndex
            switch chain.owner {
            case .policy(let name, let tier): return .rule(.policy(name, tier: tier), index: index)
            case .profile(let name, _): return .rule(.profile(name), index: index)
            }
        case .endOfTier(let program, let tier):
            let block = programs[program.value].tiers[tier]
            return .endOfTier(block.tier, isolating: isolatingPolicies(block))
        case .noProfile: return .noProfile
        case .missingProfile(let chain):
            guard case .profile(let name, _) = chains[chain.value].owner else { return .noProfile }
            return .missingProfile(name)
        }
    }

    /// The rule at a site; `nil` where no rule of a manifest decided.
    public func rule(at site: SiteID) -> Rule? {
        switch sites[Int(site.value)].kind {
        case .rule(let chain, let rule): chains[chain.value].rules[rule]
        case .fixed, .endOfTier, .noProfile, .missingProfile: nil
        }
    }

    /// The manifest place of a site; `nil` where no manifest decided.
    public func location(of site: SiteID) -> SourceLocation? { rule(at: site)?.location }

    /// The rule behind a step, found by the identity of its cause; `nil` where no rule of a manifest decided.
    public func rule(behind step: DecisionStep) -> Rule? {
        guard case .rule(let owner, let index) = step.cause else { return nil }
        let chain = chains.first { $0.direction == step.direction && $0.owner.isSame(as: owner) }
        return chain?.rules.first { $0.manifestIndex == index }
    }

    /// The manifest place behind a step; `nil` where no manifest decided.
    public func location(of step: DecisionStep) -> SourceLocation? {
        switch step.cause {
        case .fixed(.endpointToHostDrop), .fixed(.endpointToHostAccept), .fixed(.endpointToHostReturn):
            step.endpoint.flatMap { nodeSettings[topology.endpoints[$0].node.value].endpointToHostLocation }
        case .rule: rule(behind: step)?.location
        case .fixed, .endOfTier, .noProfile, .missingProfile: nil
        }
    }

    /// The policies that make a tier exist for an endpoint, in order.
    public func isolatingPolicies(_ block: TierBlock) -> [PolicyName] {
        block.chains.compactMap { chain in
            guard case .policy(let name, _) = chains[chain.value].owner else { return nil }
            return name
        }
    }
}

extension RuleChain.Owner {
    fileprivate func isSame(as owner: RuleOwner) -> Bool {
        switch (self, owner) {
        case (.policy(let mine, _), .policy(let other, _)): mine == other
        case (.profile(let mine, _), .profile(let other)): mine == other
        default: false
        }
    }
}

public import Classification
public import NetTypes

/// A program evaluated straight from the tree, rule by rule and member by member: slow, and as plain as the text of
/// `RuleMatch` and `Program`.
public struct TreeOracle {
    private let tree: MatchTree

    public init(_ tree: MatchTree) { self.tree = tree }

    public func classify(_ program: ProgramID, _ key: FlowKey) -> (accepts: Bool, site: SiteID?) {
        let program = tree.programs[program.value]
        for tier in program.tiers {
            switch run(tier.chains, key) {
            case .decided(let accepts, let site): return (accepts, site)
            case .passed: continue
            case .undecided: if let drop = tier.endOfTierDrop { return (false, drop) }
            }
        }
        for profile in program.profiles {
            if case .decided(let accepts, let site) = run([profile], key) { return (accepts, site) }
        }
        return switch program.end {
        case .drop(let site): (false, site)
        case .accept(let site): (true, site)
        case .undecided: (true, nil)
        }
    }

    private enum Result {
        case decided(Bool, SiteID)
        case passed
        case undecided
    }

    private func run(_ chains: [ChainID], _ key: FlowKey) -> Result {
        for chain in chains {
            for rule in tree.chains[chain.value].rules where matches(rule.match, key) {
                switch rule.action {
                case .allow: return .decided(true, rule.site)
                case .deny: return .decided(false, rule.site)
                case .pass: return .passed
                case .log: break
                }
            }
        }
        return .undecided
    }

    public func matches(_ match: RuleMatch, _ key: FlowKey) -> Bool {
        guard match.families.contains(key.family), match.protocols.contains(key.proto) else { return false }
        if let icmp = match.icmp { guard key.transport == .icmp, equals(icmp, key) else { return false } }
        if let icmp = match.notICMP { guard key.transport == .icmp, !equals(icmp, key) else { return false } }
        return holds(match.source, key.source, key.sourcePort, key)
            && holds(match.destination, key.destination, key.destinationPort, key)
    }

    private func equals(_ icmp: ICMPMatch, _ key: FlowKey) -> Bool {
        icmp.type == key.icmpType && (icmp.code.map { $0 == key.icmpCode } ?? true)
    }

    private func holds(_ side: SideMatch, _ address: IPAddress, _ port: UInt16, _ key: FlowKey) -> Bool {
        guard side.inSets.allSatisfy({ contains($0, address) }) else { return false }
        guard !side.notInSets.contains(where: { contains($0, address) }) else { return false }
        let isMember = { (set: IPSetID) in
            key.transport == .ports && contains(set, AddressPort(address: address, proto: key.proto, port: port))
        }
        guard side.tripleSets.allSatisfy(isMember) else { return false }
        if let ports = side.ports {
            let inRange = key.transport == .ports && ports.ranges.contains { $0.contains(port) }
            guard inRange || ports.namedSets.contains(where: isMember) else { return false }
        }
        if let ports = side.notPorts {
            guard key.transport != .unreadable else { return false }
            guard ports.ranges.isEmpty || key.transport == .ports else { return false }
            guard !ports.ranges.contains(where: { $0.contains(port) }) || key.transport != .ports else { return false }
            guard !ports.namedSets.contains(where: isMember) else { return false }
        }
        return true
    }

    private func contains(_ set: IPSetID, _ address: IPAddress) -> Bool {
        guard case .addresses(let blocks) = tree.sets[set.value].members else { return false }
        return blocks.contains { $0.contains(address) }
    }

    private func contains(_ set: IPSetID, _ member: AddressPort) -> Bool {
        guard case .addressPorts(let members) = tree.sets[set.value].members else { return false }
        return members.contains(member)
    }
}

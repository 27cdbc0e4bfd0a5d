import Classification
import NetTypes

/// The chains of a tree as table rules of one family, and the atoms and services that they name. A chain is translated
/// when first asked for.
struct RuleTemplates<Number: FixedWidthInteger & UnsignedInteger & Sendable> {
    private let tree: MatchTree
    private let family: IPFamily
    private(set) var atoms: AddressAtoms<Number>
    private(set) var named: [NamedCondition] = []
    private(set) var services = ServiceInterner()
    private var chains: [[TableRule]?]
    private var protocolSets: [ProtocolSet: ServiceSet] = [:]

    init(_ tree: MatchTree, family: IPFamily) {
        self.tree = tree
        self.family = family
        atoms = AddressAtoms(tree.sets, family: family)
        chains = Array(repeating: nil, count: tree.chains.count)
    }

    mutating func refuse(_ prefixes: [IPPrefix]) { atoms.refuse(prefixes) }

    mutating func intern(_ services: ServiceSet) -> Int { self.services.number(of: services) }

    mutating func rules(of chain: ChainID) -> [TableRule] {
        if let known = chains[chain.value] { return known }
        let source = tree.chains[chain.value]
        let rules = source.rules.compactMap { rule in
            rule.action == .log || !rule.match.families.contains(family) ? nil : translate(rule, source.direction)
        }
        chains[chain.value] = rules
        return rules
    }

    private mutating func translate(_ rule: Rule, _ direction: Direction) -> TableRule? {
        let match = rule.match
        var named = NamedCondition()
        var isUncertain = false
        var possible = services(of: match)
        if let ports = match.destination.ports {
            if ports.namedSets.isEmpty {
                possible = possible.intersection(ServiceSet(ports: ports.ranges))
            } else {
                let ranges = ports.ranges.isEmpty ? nil : intern(ServiceSet(ports: ports.ranges))
                named.ports = (ranges, ports.namedSets.compactMap { triples($0) })
                possible = possible.intersection(.withPorts)
            }
        }
        if let ports = match.destination.notPorts {
            if !ports.ranges.isEmpty {
                possible = possible.intersection(ServiceSet.withPorts.subtracting(ServiceSet(ports: ports.ranges)))
            }
            named.notPorts = ports.namedSets.compactMap { triples($0) }
        }
        for set in match.destination.tripleSets {
            guard let triples = triples(set) else { return nil }
            named.all.append(triples)
            possible = possible.intersection(.withPorts)
        }
        guard
            source(match.source, &named, &isUncertain, &possible),
            let from = addresses(match.source, &isUncertain), let to = addresses(match.destination, &isUncertain),
            possible != .none
        else { return nil }
        let (own, peer) = direction == .ingress ? (to, from) : (from, to)
        let result = TableRule(
            action: rule.action, site: rule.site.value, services: intern(possible), isUncertain: isUncertain,
            ownIn: own.members, ownNotIn: own.others, peerIn: peer.members, peerNotIn: peer.others,
            named: named.isEmpty ? nil : self.named.count)
        if !named.isEmpty { self.named.append(named) }
        return result
    }

    /// Of protocols and ICMP.
    private mutating func services(of match: RuleMatch) -> ServiceSet {
        var set = ServiceSet.all
        if !match.protocols.isAll {
            set = protocolSets[match.protocols] ?? ServiceSet(match.protocols)
            protocolSets[match.protocols] = set
        }
        if let icmp = match.icmp {
            set = set.intersection(ServiceSet(ServiceSet.ICMPPattern(type: icmp.type, code: icmp.code), of: family))
        }
        if let icmp = match.notICMP {
            let excepted = ServiceSet(ServiceSet.ICMPPattern(type: icmp.type, code: icmp.code), of: family)
            set = set.intersection(ServiceSet(ProtocolSet(.icmp(of: family))).subtracting(excepted))
        }
        return set
    }

    /// Conditions on the source port. False when no packet can fulfil them.
    private mutating func source(
        _ side: SideMatch, _ named: inout NamedCondition, _ isUncertain: inout Bool, _ possible: inout ServiceSet
    ) -> Bool {
        if let ports = side.ports {
            possible = possible.intersection(.withPorts)
            let sets = ports.namedSets.compactMap { triples($0) }
            if !ports.ranges.isEmpty {
                isUncertain = true
            } else {
                guard !sets.isEmpty else { return false }
                named.sourceAny.append(sets)
            }
        }
        if let ports = side.notPorts {
            if !ports.ranges.isEmpty {
                possible = possible.intersection(.withPorts)
                isUncertain = true
            }
            named.sourceNone = ports.namedSets.compactMap { triples($0) }
        }
        for set in side.tripleSets {
            guard let triples = triples(set) else { return false }
            named.sourceAny.append([triples])
            possible = possible.intersection(.withPorts)
        }
        return true
    }

    /// `nil` when no address can fulfil them.
    private mutating func addresses(
        _ side: SideMatch, _ isUncertain: inout Bool
    ) -> (members: [UInt32], others: [UInt32])? {
        var (members, others): ([UInt32], [UInt32]) = ([], [])
        for set in side.inSets {
            switch atoms.form(of: set) {
            case .addresses(let atom): members.append(atom)
            case .domains: isUncertain = true
            case .empty, .triples: return nil
            }
        }
        for set in side.notInSets {
            switch atoms.form(of: set) {
            case .addresses(let atom): others.append(atom)
            case .domains: isUncertain = true
            case .empty, .triples: break
            }
        }
        return (members, others)
    }

    private mutating func triples(_ set: IPSetID) -> Range<Int>? {
        guard case .triples(let range) = atoms.form(of: set) else { return nil }
        return range
    }
}

extension NamedCondition {
    var isEmpty: Bool {
        ports == nil && notPorts.isEmpty && all.isEmpty && sourceAny.isEmpty && sourceNone.isEmpty
    }
}

/// Numbers for equal sets of services.
struct ServiceInterner {
    private(set) var sets: [ServiceSet] = []
    private var numbers: [ServiceSet: Int] = [:]

    mutating func number(of set: ServiceSet) -> Int {
        if let known = numbers[set] { return known }
        numbers[set] = sets.count
        sets.append(set)
        return sets.count - 1
    }
}

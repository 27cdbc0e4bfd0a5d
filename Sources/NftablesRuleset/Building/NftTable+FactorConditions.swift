import NetTypes

/// The one optimization on rules instead of the tree, in which no place is for it: asking before a jump.
public enum FactorConditions {
    /// What the command line calls it.
    public static let name = "factor-conditions"
    public static let summary = "turns a chain's shared conditions into its jump's"
}

/// Turns a condition that all rules of a chain share into one of the jumps to the chain.
///
/// ```
/// tier:    jump policy                                     tier:    tcp dport 80 jump policy
/// policy:  tcp dport 80 ip saddr @web accept               policy:  ip saddr @web accept
///          tcp dport 80 ip saddr @clients accept                    ip saddr @clients accept
/// ```
/// Safe: a packet that fails the condition would match no rule of the chain, and come back. Chains that a map leads to
/// stay as they are, and those where nothing is saved. O(rules); a packet that fails the condition skips the chain.
extension NftTable {
    func factoringConditions() -> NftTable {
        var table = self
        let entries = table.entries
        // A chain comes behind those that jump to it, so that what its jumps share moves on upwards.
        for index in table.chains.indices.reversed() {
            guard let places = entries[table.chains[index].name], table.chains[index].rules.count > 1 else { continue }
            let shared = table.chains[index].movableMatches
            guard !shared.isEmpty, places.allSatisfy({ $0.chain < index }) else { continue }
            guard table.shrinks(index, places, shared) else { continue }
            for place in places { table.chains[place.chain].rules[place.rule].require(shared) }
            for rule in table.chains[index].rules.indices { table.chains[index].rules[rule].drop(shared) }
        }
        return table
    }

    /// Whether the chain loses more conditions than the jumps to it get.
    private func shrinks(_ chain: Int, _ places: [Place], _ shared: [NftMatch]) -> Bool {
        let lost = chains[chain].rules.reduce(0) { $0 + $1.droppable(shared).count }
        let got = places.reduce(0) { sum, place in
            let own = chains[place.chain].rules[place.rule].matches
            return sum + shared.count { !own.contains($0) }
        }
        return lost > got
    }

    private struct Place {
        var chain: Int
        var rule: Int
    }

    /// The rules that lead to each chain that no map leads to.
    private var entries: [String: [Place]] {
        var entries: [String: [Place]] = [:]
        for (chain, rules) in chains.map(\.rules).enumerated() {
            for (rule, statements) in rules.map(\.statements).enumerated() {
                for target in statements.compactMap(\.target) {
                    entries[target, default: []].append(Place(chain: chain, rule: rule))
                }
            }
        }
        for set in sets {
            guard case .interfaceVerdicts(let verdicts) = set.contents else { continue }
            for target in verdicts.compactMap(\.verdict.target) { entries[target] = nil }
        }
        return entries
    }
}

extension NftChain {
    /// The conditions that every rule has, as the first one orders them. Look-ups only where no rule is left with
    /// something that costs less: comparing a port first saves looking up the address.
    private var sharedMatches: [NftMatch] {
        guard let first = rules.first else { return [] }
        let shared = rules.dropFirst().reduce(first.matches) { shared, rule in
            shared.isEmpty ? [] : shared.filter(rule.matches.contains)
        }
        let comparesMore = rules.contains { rule in rule.matches.contains { !$0.isLookup && !shared.contains($0) } }
        return comparesMore ? shared.filter { !$0.isLookup } : shared
    }
}

extension NftChain {
    /// Of the shared conditions those that some rule can do without, and what these are read by.
    fileprivate var movableMatches: [NftMatch] {
        let shared = sharedMatches
        let dropped = shared.filter { match in rules.contains { $0.droppable(shared).contains(match) } }
        return shared.filter { match in dropped.contains(match) || dropped.contains { $0.isRead(by: match) } }
    }
}

extension NftRule {
    fileprivate var matches: [NftMatch] {
        statements.compactMap { statement in if case .match(let match) = statement { match } else { nil } }
    }

    /// More conditions, in front of what the rule does.
    fileprivate mutating func require(_ matches: [NftMatch]) {
        let own = self.matches
        let actions = statements.drop { statement in if case .match = statement { true } else { false } }
        statements = (own + matches.filter { !own.contains($0) }).map(NftStatement.match) + actions
    }

    fileprivate mutating func drop(_ matches: [NftMatch]) {
        let dropped = droppable(matches)
        statements.removeAll { statement in
            if case .match(let match) = statement { dropped.contains(match) } else { false }
        }
    }

    /// Those of these conditions by which the others are not read.
    fileprivate func droppable(_ matches: [NftMatch]) -> [NftMatch] {
        let rest = self.matches.filter { !matches.contains($0) }
        return matches.filter { match in !rest.contains { $0.isRead(by: match) } }
    }
}

extension NftMatch {
    fileprivate var isLookup: Bool { if case .lookup = self { true } else { false } }

    /// Whether this condition means what it says behind the other one alone; nft would write the other one itself.
    fileprivate func isRead(by other: NftMatch) -> Bool {
        switch (self, other) {
        case (.address(_, _, let block), .family(let family)): block.family == family
        case (.icmpType, .family), (.icmpType, .l4proto), (.icmpTypeAndCode, .family), (.icmpTypeAndCode, .l4proto):
            true
        case (.lookup(let fields, _, _), .family(let family)):
            fields.contains { field in if case .address(family, _) = field { true } else { false } }
        default: false
        }
    }
}

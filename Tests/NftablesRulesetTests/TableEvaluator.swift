import Classification
import NetTypes
import NetworkTopology

@testable import NftablesRuleset

/// What a table does with a packet, by the kernel's rules for chains and verdicts (linux.md 5). Conditions are
/// evaluated as values; that their instructions mean the same is shown by loading them.
struct TableEvaluator {
    private let chains: [String: NftChain]
    private let sets: [String: NftSet]
    private let bases: [NftChain]

    init(_ table: NftTable) {
        chains = Dictionary(table.chains.map { ($0.name, $0) }) { first, _ in first }
        sets = Dictionary(table.sets.map { ($0.name, $0) }) { first, _ in first }
        bases = table.chains.filter { $0.base != nil }
    }

    /// The last rule with a site that decided; `nil` when none did and the packet passed. `logs` are the sites of the
    /// rules that logged it, in order.
    func decision(
        _ packet: PacketSample, hook: NftChain.Hook
    ) -> (decision: TreeEvaluator.Decision?, logs: [SiteID]) {
        var last: TreeEvaluator.Decision?
        var logs: [SiteID] = []
        let entered = bases.filter { $0.base?.hook == hook }.sorted {
            ($0.base?.priority ?? 0) < ($1.base?.priority ?? 0)
        }
        for base in entered {
            guard let outcome = run(base, packet, &logs) else { continue }
            last = outcome
            if outcome.verdict == .drop { break }
        }
        return (last, logs)
    }

    /// `nil`: the chain's policy.
    private func run(
        _ base: NftChain, _ packet: PacketSample, _ logs: inout [SiteID]
    ) -> TreeEvaluator.Decision? {
        var stack: [(NftChain, Int)] = []
        var (chain, index) = (base, 0)
        while true {
            guard index < chain.rules.count else {
                guard let caller = stack.popLast() else { return nil }
                (chain, index) = caller
                continue
            }
            let rule = chain.rules[index]
            index += 1
            switch verdict(of: rule, packet, &logs) {
            case nil: continue
            case .accept: return rule.site.map { TreeEvaluator.Decision(verdict: .accept, site: $0) }
            case .drop: return rule.site.map { TreeEvaluator.Decision(verdict: .drop, site: $0) }
            case .return: index = chain.rules.count
            case .jump(let name):
                stack.append((chain, index))
                (chain, index) = (chains[name] ?? base, 0)
            case .goto(let name): (chain, index) = (chains[name] ?? base, 0)
            }
        }
    }

    /// `nil`: on to the next rule.
    private func verdict(of rule: NftRule, _ packet: PacketSample, _ logs: inout [SiteID]) -> NftVerdict? {
        for statement in rule.statements {
            switch statement {
            case .match(let match): if !holds(match, packet) { return nil }
            case .counter: continue
            case .log: logs += rule.site.map { [$0] } ?? []
            case .reject: return .drop
            case .verdict(let verdict): return verdict
            case .setMark, .clearMark, .notrack: continue
            case .verdictMap(let field, let map):
                guard case .interfaceVerdicts(let entries) = sets[map]?.contents else { return nil }
                let name = field == .inputInterface ? packet.inputInterface : packet.outputInterface
                return entries.first { $0.interface == name }?.verdict
            }
        }
        return nil
    }

    private func holds(_ match: NftMatch, _ packet: PacketSample) -> Bool {
        let key = packet.key
        switch match {
        case .inputInterface(let pattern): return pattern.matches(packet.inputInterface)
        case .outputInterface(let pattern): return pattern.matches(packet.outputInterface)
        case .family(let family): return key.family == family
        case .l4proto(let relation, let proto): return relation.holds(key.proto == proto)
        case .conntrack(let states):
            switch packet.state {
            case .established: return states.contains(.established)
            case .related: return states.contains(.related)
            case .invalid: return states.contains(.invalid)
            case .new, .untracked: return false
            }
        case .address(let end, let relation, let block):
            // A rule that looks at addresses without knowing the family would compare other bytes.
            guard key.family == block.family else { return false }
            return relation.holds(block.contains(address(end, key)))
        case .port(let end, let relation, let range):
            guard let port = word(end, packet) else { return false }
            return relation.holds(range.contains(port))
        case .transportReadable: return packet.header != nil
        case .icmpType(_, let relation, let types):
            guard let header = packet.header else { return false }
            return relation.holds(types.contains(header[0]))
        case .icmpTypeAndCode(let relation, let type, let code):
            guard let header = packet.header else { return false }
            return relation.holds(header[0] == type && header[1] == code)
        // Host endpoints are not among the sampled: nothing is marked or translated.
        case .marked, .destinationTranslated, .reversePathMissing: return false
        case .locallyGenerated: return packet.inputInterface == nil
        case .lookup(let fields, let relation, let set):
            guard let isMember = isMember(fields, of: set, packet) else { return false }
            return relation.holds(isMember)
        }
    }

    /// `nil`: some field cannot be loaded.
    private func isMember(_ fields: [NftField], of name: String, _ packet: PacketSample) -> Bool? {
        switch (sets[name]?.contents, fields.first) {
        case (.addresses(_, let list), .address(_, let end)): return list.contains(address(end, packet.key))
        case (.prefixes(_, let list), .address(_, let end)):
            return list.contains { $0.contains(address(end, packet.key)) }
        case (.addressPorts(_, let list), .address(_, let end)):
            guard let port = word(end, packet) else { return nil }
            return list.contains(
                AddressPort(address: address(end, packet.key), proto: packet.key.proto, port: port))
        case (.ports(let list), .port(let end)):
            guard let port = word(end, packet) else { return nil }
            return list.contains { $0.contains(port) }
        case (.protocols(let list), .l4proto): return list.contains(packet.key.proto)
        default: return nil
        }
    }

    private func address(_ end: PacketEnd, _ key: FlowKey) -> IPAddress {
        end == .source ? key.source : key.destination
    }

    private func word(_ end: PacketEnd, _ packet: PacketSample) -> UInt16? {
        packet.header.map { bytes in
            let start = end == .source ? 0 : 2
            return UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
        }
    }
}

extension NftRelation {
    fileprivate func holds(_ isEqual: Bool) -> Bool { (self == .equal) == isEqual }
}

extension InterfacePattern {
    fileprivate func matches(_ name: String?) -> Bool {
        guard let name else { return false }
        switch self {
        case .exactly(let wanted): return name == wanted
        case .startingWith(let prefix): return name.hasPrefix(prefix)
        }
    }
}

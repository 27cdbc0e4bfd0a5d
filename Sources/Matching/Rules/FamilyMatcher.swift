import Classification
import NetTypes

/// What a program comes to.
struct Outcome: Equatable {
    var accepts: Bool
    /// `nil`: nothing decided, and the packet goes on to the next stage.
    var site: SiteID?

    static let undecided = Outcome(accepts: true, site: nil)
}

/// The matcher of one family: sets and flat programs.
struct FamilyMatcher<Key: MemberKey>: Sendable {
    var sets: FrozenSets<Key>
    let rules: FrozenRules

    init(_ tree: MatchTree, family: IPFamily) {
        sets = FrozenSets(tree.sets, family: family)
        rules = RuleFreezer.freeze(tree, family: family, sets: sets)
    }

    /// The first rule in order that decides. O(rules of the program); allocates nothing.
    func classify(_ program: ProgramID, _ key: FlowKey) -> Outcome {
        let source = sets.number(key.source)
        let destination = sets.number(key.destination)
        var index = Int(rules.starts[program.value])
        while true {
            let rule = rules.rules[index]
            index += 1
            guard matches(rule, key, source, destination) else { continue }
            switch rule.action {
            case .accept: return Outcome(accepts: true, site: SiteID(rule.site))
            case .drop: return Outcome(accepts: false, site: SiteID(rule.site))
            case .jump: index = Int(rule.next)
            case .log: break
            case .leave: return .undecided
            }
        }
    }

    /// The Log rules that a packet meets before it is decided, in order.
    func loggedSites(_ program: ProgramID, _ key: FlowKey, _ body: (SiteID) -> Void) {
        guard rules.logs[program.value] else { return }
        let source = sets.number(key.source)
        let destination = sets.number(key.destination)
        var index = Int(rules.starts[program.value])
        while true {
            let rule = rules.rules[index]
            index += 1
            guard matches(rule, key, source, destination) else { continue }
            switch rule.action {
            case .accept, .drop, .leave: return
            case .jump: index = Int(rule.next)
            case .log: body(SiteID(rule.site))
            }
        }
    }

    @inline(__always)
    private func matches(
        _ rule: FrozenRule, _ key: FlowKey, _ source: Key.Address, _ destination: Key.Address
    ) -> Bool {
        let first = Int(rule.firstCondition)
        for index in first..<(first + Int(rule.conditionCount)) {
            guard holds(rules.conditions[index], key, source, destination) else { return false }
        }
        return true
    }

    func holds(
        _ condition: Condition, _ key: FlowKey, _ source: Key.Address, _ destination: Key.Address
    ) -> Bool {
        let isSource = condition.side == .source
        let operand = condition.operand
        switch condition.test {
        case .protocolIs: return UInt32(key.proto.rawValue) == operand
        case .protocolIn: return rules.protocolSets[Int(operand)].contains(key.proto)
        case .icmpIs: return key.transport == .icmp && icmpEquals(key, operand)
        case .icmpIsNot: return key.transport == .icmp && !icmpEquals(key, operand)
        case .portIn:
            return key.transport == .ports && inRange(isSource ? key.sourcePort : key.destinationPort, operand)
        case .portNotIn:
            return key.transport == .ports && !inRange(isSource ? key.sourcePort : key.destinationPort, operand)
        case .portListed:
            return key.transport == .ports
                && listed(
                    rules.portLists[Int(operand)], isSource ? source : destination, key.proto,
                    isSource ? key.sourcePort : key.destinationPort)
        case .portNotListed:
            let list = rules.portLists[Int(operand)]
            switch key.transport {
            case .unreadable: return false
            case .opaque, .icmp: return list.rangeCount == 0
            case .ports:
                return !listed(
                    list, isSource ? source : destination, key.proto, isSource ? key.sourcePort : key.destinationPort)
            }
        case .addressIn: return sets.contains(isSource ? source : destination, in: operand)
        case .addressNotIn: return !sets.contains(isSource ? source : destination, in: operand)
        case .tripleIn:
            return key.transport == .ports
                && sets.contains(
                    isSource ? source : destination, key.proto.rawValue,
                    isSource ? key.sourcePort : key.destinationPort, in: operand)
        }
    }

    private func icmpEquals(_ key: FlowKey, _ operand: UInt32) -> Bool {
        UInt32(key.icmpType) == operand & 0xff
            && (operand & 1 << 16 == 0 || UInt32(key.icmpCode) == operand >> 8 & 0xff)
    }

    private func inRange(_ port: UInt16, _ operand: UInt32) -> Bool {
        operand >> 16 <= UInt32(port) && UInt32(port) <= operand & 0xffff
    }

    private func listed(_ list: PortList, _ address: Key.Address, _ proto: IPProtocol, _ port: UInt16) -> Bool {
        let firstRange = Int(list.firstRange)
        for range in firstRange..<(firstRange + Int(list.rangeCount)) where rules.portRanges[range].contains(port) {
            return true
        }
        let firstSet = Int(list.firstSet)
        for index in firstSet..<(firstSet + Int(list.setCount))
        where sets.contains(address, proto.rawValue, port, in: rules.portSets[index]) {
            return true
        }
        return false
    }
}

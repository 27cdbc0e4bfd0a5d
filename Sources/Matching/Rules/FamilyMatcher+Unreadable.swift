import Classification
import NetTypes

extension FamilyMatcher {
    /// What a program comes to when the capture lacks the packet's transport header although the packet had one.
    ///
    /// A rule that reads that header may or may not have matched, so both ways are followed. `nil` when they lead to
    /// different verdicts; else the outcome if none of those rules matched.
    func classifyWithoutTransport(_ program: ProgramID, _ key: FlowKey) -> Outcome? {
        var certain: Outcome?
        var mayAccept = false
        var mayDrop = false
        var starts = [Int(rules.starts[program.value])]
        // Pass only leads forward, so that taking the nearest start first visits every start once.
        while let start = starts.min() {
            starts.removeAll { $0 == start }
            let walk = walkWithoutTransport(from: start, key)
            mayAccept = mayAccept || walk.mayAccept
            mayDrop = mayDrop || walk.mayDrop
            starts += walk.jumps
            certain = certain ?? walk.end
        }
        return mayAccept != mayDrop ? certain : nil
    }

    private struct Walk {
        var mayAccept = false
        var mayDrop = false
        /// Where Pass rules that may have matched lead.
        var jumps: [Int] = []
        /// The certain decision at which the walk ended.
        var end: Outcome?
    }

    private func walkWithoutTransport(from start: Int, _ key: FlowKey) -> Walk {
        let source = sets.number(key.source)
        let destination = sets.number(key.destination)
        var walk = Walk()
        var index = start
        while walk.end == nil {
            let rule = rules.rules[index]
            index += 1
            let first = Int(rule.firstCondition)
            let conditions = rules.conditions[first..<(first + Int(rule.conditionCount))]
            guard conditions.allSatisfy({ $0.readsTransport || holds($0, key, source, destination) }) else { continue }
            let isCertain = !conditions.contains(where: \.readsTransport)
            switch rule.action {
            case .accept, .drop:
                let accepts = rule.action == .accept
                walk.mayAccept = walk.mayAccept || accepts
                walk.mayDrop = walk.mayDrop || !accepts
                if isCertain { walk.end = Outcome(accepts: accepts, site: SiteID(rule.site)) }
            case .jump:
                if isCertain { index = Int(rule.next) } else { walk.jumps.append(Int(rule.next)) }
            case .log: break
            case .leave:
                walk.mayAccept = true
                walk.end = .undecided
            }
        }
        return walk
    }
}

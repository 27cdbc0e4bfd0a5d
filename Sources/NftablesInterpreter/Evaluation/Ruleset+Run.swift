import NetTypes

extension Ruleset {
    /// Runs the base chains of a hook on a packet.
    ///
    /// - Parameter priorities: of the chains to run; address translation changes a packet between two of one hook.
    /// - Cost: every rule up to the decision; nothing is compiled beforehand.
    public func run(
        _ hook: Hook, _ packet: PacketContext, priorities: ClosedRange<Int32> = .min ... .max
    ) -> HookResult {
        var machine = Machine(packet, at: hook)
        var result = HookResult(
            verdict: .accept, decision: .nothing, mark: packet.mark, connection: packet.connection, trace: [])
        for chain in baseChains(hook, packet.family) {
            guard let base = chains[chain].base, priorities.contains(base.callOrder.0) else { continue }
            machine.isTracked = packet.isTracked || !hook.startsTracking || base.callOrder.0 > Hook.trackingPriority
            // Address translation asks its chains about the first packet of a connection alone.
            if base.isNat, !machine.visibleConnection.startsTranslation { continue }
            let end = run(chain, policy: base.policy, on: &machine, &result.trace)
            result.decide(end)
            // A drop is final; an accept ends its base chain, and the next one has its say.
            if end.verdict == .drop { break }
        }
        result.mark = machine.mark
        result.connection = machine.connection
        return result
    }

    /// Runs the hooks of a packet's path, one after the other, until one drops it. Mark and connection travel along.
    ///
    /// - Returns: the results up to the one that dropped, one per hook.
    public func walk(_ hooks: [Hook], _ packet: PacketContext) -> [HookResult] {
        var packet = packet
        var results: [HookResult] = []
        for hook in hooks {
            let result = run(hook, packet)
            results.append(result)
            if result.verdict == .drop { break }
            packet.mark = result.mark
            packet.connection = result.connection
        }
        return results
    }

    /// Runs one base chain with all that it calls (nft_do_chain).
    private func run(
        _ base: Int, policy: Verdict, on machine: inout Machine, _ trace: inout [RuleHit]
    ) -> (verdict: Verdict, decision: HookResult.Decision) {
        var callers: [(chain: Int, next: Int)] = []
        var chain = base
        var next = 0
        while true {
            guard next < chains[chain].rules.count else {
                guard let caller = callers.popLast() else { return (policy, .policy(base)) }
                (chain, next) = caller
                continue
            }
            let rule = chains[chain].rules[next]
            next += 1
            switch run(rule: rule, on: &machine, &trace) {
            case .goOn: continue
            case .accept: return (.accept, .rule(rule))
            case .drop: return (.drop, .rule(rule))
            case .jump(let target):
                callers.append((chain, next))
                (chain, next) = (target, 0)
            case .goto(let target): (chain, next) = (target, 0)
            case .return: next = chains[chain].rules.count
            }
        }
    }

    private func run(rule: Int, on machine: inout Machine, _ trace: inout [RuleHit]) -> RuleVerdict {
        var hit = RuleHit(rule: rule, verdict: .goOn, isCounted: false)
        defer { if hit.verdict != nil || hit.isCounted { trace.append(hit) } }
        for expression in rules[rule].expressions {
            if case .counter = expression { hit.isCounted = true }
            switch expression.run(on: &machine, sets: sets) {
            case .next: continue
            case .stop:
                hit.verdict = nil
                return .goOn
            case .verdict(let verdict):
                hit.verdict = verdict
                return verdict
            }
        }
        return .goOn
    }
}

extension HookResult {
    /// A policy that merely lets pass what a rule accepted before it does not take the decision from that rule.
    fileprivate mutating func decide(_ end: (verdict: Verdict, decision: Decision)) {
        verdict = end.verdict
        if case (.accept, .policy, .rule) = (end.verdict, end.decision, decision) { return }
        decision = end.decision
    }
}

extension PacketContext.Connection {
    fileprivate var startsTranslation: Bool {
        switch self {
        case .tracked(.new, _, _), .tracked(.related, _, _): true
        default: false
        }
    }
}

import Classification
import Diagnostics
import NetTypes

/// One rule list as it is written for one hook.
struct PolicyKey: Hashable {
    var chain: ChainID
    var actions: PolicyActions
}

/// How the rules of a policy are entered from a tier's chain.
enum PolicyForm {
    /// Without rules: it isolates, but decides nothing.
    case empty
    /// A chain of its own, shared by every tier with the policy.
    case chain(String)
    /// With Pass rules, which must stand in the tier's chain itself for their `return` to leave the tier. What lies
    /// between them is shared all the same.
    case segments([Segment])

    enum Segment {
        case chain(String)
        case rule(NftRule)
    }
}

extension RulesetBuilder {
    /// The chain or chains of a policy, made on first use.
    mutating func form(of policy: PolicyKey) -> PolicyForm {
        if let known = policyForms[policy] { return known }
        let chain = tree.chains[policy.chain.value]
        let name = policyChainName(chain)
        let form: PolicyForm
        if chain.rules.contains(where: { $0.action == .pass }) {
            form = .segments(segments(of: chain, named: name, actions: policy.actions))
        } else {
            let rules = chain.rules.flatMap { nftRules(for: $0, in: chain, actions: policy.actions) }
            form = rules.isEmpty ? .empty : .chain(addPolicyChain(name, rules, of: chain))
        }
        policyForms[policy] = form
        return form
    }

    /// The chain of a profile, in which Pass is a return. `nil` when it decides nothing.
    mutating func profileChain(_ profile: PolicyKey) -> String? {
        if let known = profileNames[profile] { return known.isEmpty ? nil : known }
        let chain = tree.chains[profile.chain.value]
        let rules = chain.rules.flatMap { nftRules(for: $0, in: chain, actions: profile.actions) }
        let name = rules.isEmpty ? "" : addPolicyChain(policyChainName(chain), rules, of: chain)
        profileNames[profile] = name
        return name.isEmpty ? nil : name
    }

    private mutating func segments(
        of chain: RuleChain, named name: String, actions: PolicyActions
    ) -> [PolicyForm.Segment] {
        var segments: [PolicyForm.Segment] = []
        var run: [NftRule] = []
        for rule in chain.rules {
            let rules = nftRules(for: rule, in: chain, actions: actions)
            if rule.action == .pass {
                closeRun(&run, into: &segments, named: name, of: chain)
                segments += rules.map(PolicyForm.Segment.rule)
            } else {
                run += rules
            }
        }
        closeRun(&run, into: &segments, named: name, of: chain)
        return segments
    }

    /// A single rule stays where it is: a jump would be a rule as well.
    private mutating func closeRun(
        _ run: inout [NftRule], into segments: inout [PolicyForm.Segment], named name: String, of chain: RuleChain
    ) {
        if run.count > 1 {
            segments.append(.chain(addPolicyChain(name, run, of: chain)))
        } else {
            segments += run.map(PolicyForm.Segment.rule)
        }
        run = []
    }

    private mutating func addPolicyChain(_ wanted: String, _ rules: [NftRule], of chain: RuleChain) -> String {
        let name = names.unique(wanted)
        policyChains.append(NftChain(name: name, origin: origin(of: chain), rules: rules))
        return name
    }

    /// All nft rules of one tree rule.
    private mutating func nftRules(for rule: Rule, in chain: RuleChain, actions: PolicyActions) -> [NftRule] {
        let action: [NftStatement] =
            switch rule.action {
            case .allow: actions.allow
            case .deny: [actions.deny]
            case .pass: [.verdict(.return)]
            case .log: [.log(prefix: logPrefix)]
            }
        let origin =
            "\(ownerText(chain)) \(chain.direction.word)[\(rule.manifestIndex)] \(tree.sources.lineText(rule.location))"
        return MatchLowering.alternatives(of: rule.match, exclusive: rule.action == .log, sets: &sets).map {
            decision($0, action, rule.site, origin)
        }
    }

    /// The names that Felix gives its chains (calico.md 5.3), `i` for ingress, `o` for egress.
    private func policyChainName(_ chain: RuleChain) -> String {
        let direction = chain.direction == .ingress ? "i" : "o"
        switch chain.owner {
        case .policy(let name, _): return "cali-p\(direction)-\(name)"
        case .profile(let name, _): return "cali-pr\(direction)-\(name)"
        }
    }

    private func origin(of chain: RuleChain) -> String {
        let place = chain.location.map { " " + tree.sources.lineText($0) } ?? ""
        switch chain.owner {
        case .policy(_, let tier): return "\(ownerText(chain)) \(chain.direction.word), tier \(tier)\(place)"
        case .profile: return "\(ownerText(chain)) \(chain.direction.word)\(place)"
        }
    }

    private func ownerText(_ chain: RuleChain) -> String {
        switch chain.owner {
        case .policy(let name, _): name.description
        case .profile(let name, true): "profile \(name)"
        case .profile(let name, false): "missing profile \(name)"
        }
    }

    /// Nothing in it that nft would read as a variable.
    private var logPrefix: String {
        var prefix = NftComment.quotable(options.logPrefix).replacing("$", with: "_")
        while prefix.utf8.count > LogMessage.maximumPrefixBytes - 2 { prefix.removeLast() }
        return prefix + ": "
    }
}

import Classification
import NetTypes
import NetworkTopology

/// One program at one hook under the settings that change its rules; whoever has equal ones shares the chain.
struct ProgramKey: Hashable {
    /// Where the program's chain is entered.
    enum Place: Hashable {
        case pod
        /// A host endpoint at input or output.
        case host
        /// A host endpoint at postrouting, for translated connections of the node itself.
        case hostTranslated
        case hostForward
        case untracked
        case preDNAT
    }

    var program: ProgramID
    var place: Place
    var dropsInvalid: Bool
    var refusedVXLANPort: UInt16?
    var refusesIPIP: Bool
    var failsafes: Failsafes?
    var actions: PolicyActions

    init(pod program: ProgramID, _ direction: Direction, _ settings: NodeSettings) {
        self.program = program
        place = .pod
        dropsInvalid = settings.dropsInvalid
        refusedVXLANPort = direction == .egress ? settings.refusedVXLANPort : nil
        refusesIPIP = direction == .egress && settings.refusesIPIP
        actions = PolicyActions(rejects: settings.denyRejects)
    }

    init(host program: ProgramID, _ place: Place, _ side: HostSide) {
        self.program = program
        self.place = place
        dropsInvalid = place != .untracked && side.settings.dropsInvalid
        refusesIPIP = false
        failsafes = place == .hostForward ? nil : side.settings.failsafes
        actions =
            switch place {
            case .untracked: PolicyActions(acceptance: .untracked(side.acceptBit))
            case .preDNAT: PolicyActions(acceptance: .marked(side.acceptBit))
            case .hostTranslated: PolicyActions()
            case .pod, .host, .hostForward: PolicyActions(rejects: side.settings.denyRejects)
            }
    }
}

extension RulesetBuilder {
    /// Someone's program behind one interface.
    struct ProgramUse {
        var key: ProgramKey
        var interface: String
        var user: String
    }

    /// Who shares each program.
    func users(of uses: [ProgramUse]) -> [ProgramKey: [String]] {
        var users: [ProgramKey: [String]] = [:]
        for use in uses { users[use.key, default: []].append(use.user) }
        return users
    }

    /// A map from interface to the chain of its program, and the chains.
    mutating func addMap(_ name: String, _ origin: String, _ uses: [ProgramUse], _ users: [ProgramKey: [String]]) {
        let entries = uses.map { use in
            NftSet.InterfaceVerdict(
                interface: use.interface, verdict: .goto(programChain(use.key, users: users[use.key] ?? [])))
        }
        sets.add(NftSet(name: name, contents: .interfaceVerdicts(entries), origin: origin))
    }

    /// The chain of a program, made on first use.
    mutating func programChain(_ key: ProgramKey, users: [String]) -> String {
        if let known = programNames[key] { return known }
        let program = tree.programs[key.program.value]
        let name = names.unique("cali-\(key.place.abbreviation(program.direction))-\(key.program.value)")
        var rules = head(key, program.direction)
        for block in program.tiers {
            rules += self.rules(for: block, direction: program.direction, actions: key.actions)
        }
        for profile in program.profiles {
            let chain = profileChain(PolicyKey(chain: profile, actions: key.actions))
            rules += chain.map { [lead(.jump($0))] } ?? []
        }
        switch program.end {
        case .drop(let site): rules.append(decision([], [key.actions.deny], site, "no profile decided"))
        case .accept(let site):
            rules.append(decision([], [.verdict(.accept)], site, "no policy for forwarded packets"))
        case .undecided: break
        }
        let word = key.place.word.map { $0 + " " } ?? ""
        let origin = "\(word)\(program.direction.word) of \(RulesetBuilder.listText(users))"
        programChains.append(NftChain(name: name, origin: origin, rules: rules))
        programNames[key] = name
        return name
    }

    /// What stands before policy (calico.md 4.1).
    private mutating func head(_ key: ProgramKey, _ direction: Direction) -> [NftRule] {
        // Before connection tracking there is no state; those of preDNAT policy that pass are gone before the dispatch.
        var rules = key.place == .untracked || key.place == .preDNAT ? [] : [conntrackAccept]
        if key.dropsInvalid {
            rules.append(fixed([.conntrack(.invalid)], .drop, .conntrackInvalid, "invalid packet"))
        }
        if let failsafes = key.failsafes,
            let chain = failsafeChain(failsafes, direction, withReplies: key.place == .untracked)
        {
            rules.append(lead(.jump(chain)))
        }
        return rules + encapsulationRules(key)
    }

    /// First in every chain that judges behind connection tracking: what policy let through once stays.
    var conntrackAccept: NftRule { established([]) }

    /// Accepts packets of known connections.
    func established(_ matches: [NftMatch]) -> NftRule {
        fixed(
            matches + [.conntrack([.established, .related])], .accept, .conntrackEstablished, "established or related")
    }

    /// calico.md 4.6: pods may not send packets that look like the cluster's own tunnels.
    private func encapsulationRules(_ key: ProgramKey) -> [NftRule] {
        var rules: [NftRule] = []
        if let port = key.refusedVXLANPort {
            rules.append(
                fixed(
                    [.l4proto(.equal, .udp), .port(.destination, .equal, PortRange(port))], .drop,
                    .encapsulationVXLAN, "VXLAN from a pod"))
        }
        if key.refusesIPIP {
            rules.append(fixed([.l4proto(.equal, .ipip)], .drop, .encapsulationIPIP, "IP in IP from a pod"))
        }
        return rules
    }

    /// The first few names and how many more there are.
    private static func listText(_ names: [String]) -> String {
        let shown = 3
        let head = names.prefix(shown).joined(separator: ", ")
        return names.count > shown ? "\(head) and \(names.count - shown) more" : head
    }
}

extension ProgramKey.Place {
    /// As in Felix's chain names (calico.md 5.3): to or from a workload or a host endpoint.
    fileprivate func abbreviation(_ direction: Direction) -> String {
        let isIngress = direction == .ingress
        switch self {
        case .pod: return isIngress ? "tw" : "fw"
        case .host: return isIngress ? "fh" : "th"
        case .hostTranslated: return "th-dnat"
        case .hostForward: return isIngress ? "fhfw" : "thfw"
        case .untracked: return isIngress ? "fh-raw" : "th-raw"
        case .preDNAT: return "fh-prednat"
        }
    }

    fileprivate var word: String? {
        switch self {
        case .pod, .host: nil
        case .hostTranslated: "translated"
        case .hostForward: "forward"
        case .untracked: "untracked"
        case .preDNAT: "preDNAT"
        }
    }
}

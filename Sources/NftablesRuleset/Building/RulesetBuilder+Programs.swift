import Classification
import NetTypes
import NetworkTopology

/// One program under the settings that change its rules; nodes with equal ones share the chain.
struct ProgramKey: Hashable {
    var program: ProgramID
    var dropsInvalid: Bool
    var refusedVXLANPort: UInt16?
    var refusesIPIP: Bool
    var rejects: Bool

    init(_ program: ProgramID, _ direction: Direction, _ settings: NodeSettings) {
        self.program = program
        dropsInvalid = settings.dropsInvalid
        refusedVXLANPort = direction == .egress ? settings.refusedVXLANPort : nil
        refusesIPIP = direction == .egress && settings.refusesIPIP
        rejects = settings.denyRejects
    }
}

extension RulesetBuilder {
    /// One chain for each program that the endpoints need, and a map from interface to chain.
    mutating func addPrograms(for ends: ViewEndpoints, _ direction: Direction, map: String) {
        func key(_ endpoint: ViewEndpoints.Endpoint) -> ProgramKey {
            let program = direction == .ingress ? endpoint.programs.ingress : endpoint.programs.egress
            return ProgramKey(program, direction, endpoint.settings)
        }
        var users: [ProgramKey: [String]] = [:]
        for endpoint in ends.endpoints { users[key(endpoint), default: []].append(endpoint.name) }
        var chains: [ProgramKey: String] = [:]
        var entries: [NftSet.InterfaceVerdict] = []
        for endpoint in ends.endpoints {
            let key = key(endpoint)
            let chain = chains[key] ?? addProgramChain(key, direction, users: users[key] ?? [])
            chains[key] = chain
            entries.append(NftSet.InterfaceVerdict(interface: endpoint.interface, verdict: .goto(chain)))
        }
        sets.add(NftSet(name: map, contents: .interfaceVerdicts(entries), origin: "\(direction.word) of each pod"))
    }

    private mutating func addProgramChain(_ key: ProgramKey, _ direction: Direction, users: [String]) -> String {
        let program = tree.programs[key.program.value]
        let name = names.unique("cali-\(direction == .ingress ? "tw" : "fw")-\(key.program.value)")
        var rules = [conntrackAccept]
        if key.dropsInvalid {
            rules.append(fixed([.conntrack(.invalid)], .drop, .conntrackInvalid, "invalid packet"))
        }
        rules += encapsulationRules(key)
        for block in program.tiers {
            rules += self.rules(for: block, direction: direction, rejects: key.rejects)
        }
        for profile in program.profiles {
            let chain = profileChain(PolicyKey(chain: profile, rejects: key.rejects))
            rules += chain.map { [lead(.jump($0))] } ?? []
        }
        if case .drop(let site) = program.end {
            rules.append(decision([], denial(rejects: key.rejects), site, "no profile decided"))
        }
        let origin = "\(direction.word) of \(RulesetBuilder.listText(users))"
        programChains.append(NftChain(name: name, origin: origin, rules: rules))
        return name
    }

    /// First in every chain that judges a pod's packets: what policy let through once stays.
    var conntrackAccept: NftRule {
        fixed([.conntrack([.established, .related])], .accept, .conntrackEstablished, "established or related")
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

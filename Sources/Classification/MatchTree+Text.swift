import Diagnostics
import NetTypes
import NetworkTopology

extension MatchTree {
    /// The whole tree as text: `compile -o tree`. Stable: depends on the resources alone.
    public var text: String {
        var out: [UInt8] = []
        for set in sets { write(set, to: &out) }
        for (index, chain) in chains.enumerated() { out.add(lines(chain, index)) }
        for (index, program) in programs.enumerated() { out.add(lines(program, index)) }
        for (endpoint, programs) in zip(topology.endpoints, endpoints) {
            let addresses = endpoint.addresses.map(\.description).joined(separator: " ")
            out.add(
                "endpoint \(endpoint.name) \(endpoint.interface) on \(topology.nodes[endpoint.node.value].name) "
                    + "[\(addresses)] ingress program \(programs.ingress.value) egress program \(programs.egress.value)"
            )
        }
        for (host, programs) in zip(topology.hostEndpoints, hostEndpoints) { out.add(line(host, programs)) }
        out.add(stagedPolicies.map(line))
        return String(decoding: out, as: UTF8.self)
    }

    private func line(_ staged: StagedPolicy) -> String {
        let stand = staged.replaces.map { " (\(staged.isDeletion ? "deletes" : "replaces") \($0))" } ?? ""
        let place = staged.location.isBuiltIn ? "" : "  # \(sources.lineText(staged.location))"
        return "staged \(staged.name)" + (staged.tier.map { " in tier \($0)" } ?? "") + stand + place
    }

    private func line(_ host: Topology.HostEndpoint, _ programs: HostEndpointPrograms) -> String {
        func pair(_ stage: PolicyStage, _ programs: EndpointPrograms) -> String {
            " \(stage.word) \(programs.ingress.value)/\(programs.egress.value)"
        }
        let interface: String =
            switch host.interface {
            case .named(let name): name
            case .any: "*"
            case .withAddresses(let addresses): addresses.map(\.description).joined(separator: " ")
            }
        return "host endpoint \(host.name) on \(topology.nodes[host.node.value].name) [\(interface)]"
            + (programs.untracked.map { pair(.untracked, $0) } ?? "")
            + (programs.preDNAT.map { " preDNAT \($0.value)" } ?? "") + pair(.normal, programs.normal)
            + pair(.forward, programs.forward)
    }

    /// Sets may have a million members: these go straight into the output.
    private func write(_ set: IPSet, to out: inout [UInt8]) {
        out.add("set \(set.name): \(set.memberCount) members")
        for meaning in set.meanings { out.add("    = " + meaning) }
        switch set.members {
        case .addresses(let blocks):
            for block in blocks {
                out += "    ".utf8
                if block.isSingleAddress { block.address.write(to: &out) } else { block.write(to: &out) }
                out.append(UInt8(ascii: "\n"))
            }
        case .addressPorts(let triples):
            for triple in triples {
                out += "    ".utf8
                triple.address.write(to: &out)
                out.add(",\(triple.proto):\(triple.port)")
            }
        case .domains(let domains): for member in domains.members { out.add("    " + member.text) }
        }
    }

    private func lines(_ chain: RuleChain, _ index: Int) -> [String] {
        let head: String =
            switch chain.owner {
            case .policy(let name, let tier): "\(name) (tier \(tier))"
            case .profile(let name, let exists): "profile \(name)\(exists ? "" : " (missing: denies)")"
            }
        return ["chain \(index): \(head) \(chain.direction.word)"]
            + chain.rules.map { rule in
                let place = rule.location.isBuiltIn ? "" : "  # \(sources.lineText(rule.location))"
                return "    [\(rule.manifestIndex)] \(rule.action.word) \(text(of: rule.match))\(place)"
            }
            + chain.removed.map { rule in
                let place = rule.location.isBuiltIn ? "" : "  # \(sources.lineText(rule.location))"
                return "    (\(rule.manifestIndex)) \(rule.action.word) \(rule.reason)\(place)"
            }
    }

    private func lines(_ program: Program, _ index: Int) -> [String] {
        func list(_ ids: [ChainID]) -> String { ids.map { String($0.value) }.joined(separator: " ") }
        let stage = program.stage == .normal ? "" : " \(program.stage.word)"
        let end =
            switch program.end {
            case .drop: "drop"
            case .accept: "accept"
            case .undecided: "next stage"
            }
        return ["program \(index): \(program.direction.word)\(stage)"]
            + program.tiers.map { block in
                "    tier \(block.tier): chains \(list(block.chains)) "
                    + (block.isClosed ? "decide" : block.endOfTierDrop == nil ? "then next tier" : "then drop")
            } + [
                program.profiles.isEmpty
                    ? "    end: \(end)" : "    profiles: chains \(list(program.profiles)) then \(end)"
            ]
    }

    /// A rule's conditions in words; `any` when there are none.
    public func text(of match: RuleMatch) -> String {
        var parts: [String] = []
        if match.families != .both { parts.append(match.families == .v4 ? "ipv4" : "ipv6") }
        if !match.protocols.isAll { parts.append("protocol \(text(of: match.protocols))") }
        parts += self.parts(match.source, "src")
        parts += self.parts(match.destination, "dst")
        if let icmp = match.icmp { parts.append("icmp \(text(of: icmp))") }
        if let icmp = match.notICMP { parts.append("not icmp \(text(of: icmp))") }
        return parts.isEmpty ? "any" : parts.joined(separator: " ")
    }

    private func text(of protocols: ProtocolSet) -> String {
        protocols.count <= 128
            ? protocols.members.map(\.description).joined(separator: ",")
            : "not " + protocols.inverted.members.map(\.description).joined(separator: ",")
    }

    private func text(of icmp: ICMPMatch) -> String {
        "type \(icmp.type)" + (icmp.code.map { " code \($0)" } ?? "")
    }

    private func parts(_ side: SideMatch, _ end: String) -> [String] {
        func name(_ id: IPSetID) -> String { "@\(sets[id.value].name)" }
        func list(_ ports: PortMatch) -> String {
            (ports.ranges.map(\.description) + ports.namedSets.map(name)).joined(separator: ",")
        }
        var parts = side.inSets.map { "\(end) in \(name($0))" }
        parts += side.notInSets.map { "\(end) not in \(name($0))" }
        parts += side.tripleSets.map { "\(end) endpoint in \(name($0))" }
        if let ports = side.ports { parts.append("\(end) port \(list(ports))") }
        if let ports = side.notPorts { parts.append("\(end) port not \(list(ports))") }
        return parts
    }
}

extension [UInt8] {
    /// A line and its end.
    fileprivate mutating func add(_ line: String) {
        self += line.utf8
        append(UInt8(ascii: "\n"))
    }

    fileprivate mutating func add(_ lines: [String]) {
        for line in lines { add(line) }
    }
}

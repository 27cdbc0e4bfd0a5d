import Classification
import NetTypes
import NetworkTopology

/// What a match tree says of a packet, read off its doc comments.
struct TreeEvaluator {
    struct Decision: Equatable {
        var verdict: Verdict
        var site: SiteID
    }

    let tree: MatchTree

    /// `nil`: nothing is asked, the packet passes.
    func decision(_ packet: PacketSample, _ visit: Visit) -> Decision? {
        switch (visit.from, visit.to) {
        case (.unknownWorkload, .host) where isHousekeeping(packet): return accept(.neighbourDiscovery)
        case (.unknownWorkload, _): return drop(.unknownInterface)
        case (.workload(let sender), .host): return toHost(packet, sender)
        case (.workload(let sender), _):
            let egress = judge(packet, sender, .egress)
            guard egress.verdict == .accept, egress.site != FixedSite.conntrackEstablished.id else { return egress }
            return ingress(packet, visit.to) ?? egress
        case (.outside, _): return ingress(packet, visit.to)
        case (.host, _): return nil
        }
    }

    private func accept(_ site: FixedSite) -> Decision { Decision(verdict: .accept, site: site.id) }
    private func drop(_ site: FixedSite) -> Decision { Decision(verdict: .drop, site: site.id) }

    private func ingress(_ packet: PacketSample, _ attachment: Attachment) -> Decision? {
        switch attachment {
        case .workload(let receiver): judge(packet, receiver, .ingress)
        case .unknownWorkload: drop(.unknownInterface)
        case .host, .outside: nil
        }
    }

    private func isHousekeeping(_ packet: PacketSample) -> Bool {
        packet.key.family == .v6 && packet.key.transport == .icmp
            && [130, 131, 132, 133, 135, 136].contains(packet.key.icmpType)
    }

    private func toHost(_ packet: PacketSample, _ sender: EndpointIndex) -> Decision {
        if isHousekeeping(packet) { return accept(.neighbourDiscovery) }
        let egress = judge(packet, sender, .egress)
        guard egress.verdict == .accept, egress.site != FixedSite.conntrackEstablished.id else { return egress }
        return switch settings(sender).endpointToHostAction {
        case .drop: drop(.endpointToHostDrop)
        case .accept: accept(.endpointToHostAccept)
        case .return: accept(.endpointToHostReturn)
        }
    }

    private func settings(_ endpoint: EndpointIndex) -> NodeSettings {
        tree.nodeSettings[tree.topology.endpoints[endpoint.value].node.value]
    }

    private func judge(_ packet: PacketSample, _ endpoint: EndpointIndex, _ direction: Direction) -> Decision {
        let settings = settings(endpoint)
        if packet.state.bypassesPolicy { return accept(.conntrackEstablished) }
        if packet.state == .invalid, settings.dropsInvalid { return drop(.conntrackInvalid) }
        if direction == .egress {
            if let port = settings.refusedVXLANPort, packet.key.proto == .udp, packet.key.transport == .ports,
                packet.key.destinationPort == port
            {
                return drop(.encapsulationVXLAN)
            }
            if settings.refusesIPIP, packet.key.proto == .ipip { return drop(.encapsulationIPIP) }
        }
        let programs = tree.endpoints[endpoint.value]
        return run(tree.programs[(direction == .ingress ? programs.ingress : programs.egress).value], packet)
    }

    private func run(_ program: Program, _ packet: PacketSample) -> Decision {
        tiers: for block in program.tiers {
            for chain in block.chains {
                for rule in tree.chains[chain.value].rules where matches(rule.match, packet) {
                    switch rule.action {
                    case .allow: return Decision(verdict: .accept, site: rule.site)
                    case .deny: return Decision(verdict: .drop, site: rule.site)
                    case .pass: continue tiers
                    case .log: continue
                    }
                }
            }
            if let site = block.endOfTierDrop { return Decision(verdict: .drop, site: site) }
        }
        profiles: for chain in program.profiles {
            for rule in tree.chains[chain.value].rules where matches(rule.match, packet) {
                switch rule.action {
                case .allow: return Decision(verdict: .accept, site: rule.site)
                case .deny: return Decision(verdict: .drop, site: rule.site)
                case .pass: continue profiles
                case .log: continue
                }
            }
        }
        guard case .drop(let site) = program.end else {
            preconditionFailure("only programs of pods are evaluated here")
        }
        return Decision(verdict: .drop, site: site)
    }

    func matches(_ match: RuleMatch, _ packet: PacketSample) -> Bool {
        let key = packet.key
        guard match.families.contains(key.family), match.protocols.contains(key.proto) else { return false }
        if let icmp = match.icmp {
            guard key.transport == .icmp, key.icmpType == icmp.type, icmp.code ?? key.icmpCode == key.icmpCode else {
                return false
            }
        }
        if let icmp = match.notICMP {
            guard key.transport == .icmp, key.icmpType != icmp.type || (icmp.code ?? key.icmpCode) != key.icmpCode
            else { return false }
        }
        return matches(match.source, packet, .source) && matches(match.destination, packet, .destination)
    }

    private func matches(_ side: SideMatch, _ packet: PacketSample, _ end: SampleEnd) -> Bool {
        let address = packet.address(end)
        func isIn(_ id: IPSetID) -> Bool {
            tree.sets[id.value].prefixes(of: address.family).contains { $0.contains(address) }
        }
        func isMember(_ id: IPSetID) -> Bool {
            packet.key.transport == .ports
                && tree.sets[id.value].triples(of: address.family).contains(
                    AddressPort(address: address, proto: packet.key.proto, port: packet.port(end)))
        }
        func isInRange(_ ports: PortMatch) -> Bool {
            packet.key.transport == .ports && ports.ranges.contains { $0.contains(packet.port(end)) }
        }
        if let ports = side.ports, !isInRange(ports), !ports.namedSets.contains(where: isMember) { return false }
        if let ports = side.notPorts {
            if packet.key.transport == .unreadable { return false }
            if !ports.ranges.isEmpty, packet.key.transport != .ports { return false }
            if isInRange(ports) || ports.namedSets.contains(where: isMember) { return false }
        }
        return side.inSets.allSatisfy(isIn) && !side.notInSets.contains(where: isIn)
            && side.tripleSets.allSatisfy(isMember)
    }
}

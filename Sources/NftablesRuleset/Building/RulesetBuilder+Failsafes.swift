import Classification
import NetTypes
import NetworkTopology

/// One list of ports that stay open, as it is written for one hook.
struct FailsafeKey: Hashable {
    var failsafes: Failsafes
    var direction: Direction
    var withReplies: Bool
}

extension RulesetBuilder {
    /// The chain that accepts failsafe ports, made on first use; `nil` when there are none.
    ///
    /// - Parameter withReplies: answers of the other direction's failsafes pass as well, told by their source port.
    mutating func failsafeChain(_ failsafes: Failsafes, _ direction: Direction, withReplies: Bool) -> String? {
        let key = FailsafeKey(failsafes: failsafes, direction: direction, withReplies: withReplies)
        if let known = failsafeNames[key] { return known }
        let (own, other) =
            direction == .ingress
            ? (failsafes.inbound, failsafes.outbound) : (failsafes.outbound, failsafes.inbound)
        let remote: PacketEnd = direction == .ingress ? .source : .destination
        var rules = failsafeRules(own, port: .destination, remote: remote, "failsafe port")
        if withReplies { rules += failsafeRules(other, port: .source, remote: remote, "answer of a failsafe port") }
        guard !rules.isEmpty else { return nil }
        let name = names.unique("cali-failsafe-\(direction == .ingress ? "in" : "out")\(withReplies ? "-raw" : "")")
        programChains.append(NftChain(name: name, origin: "failsafe ports, \(direction.word)", rules: rules))
        failsafeNames[key] = name
        return name
    }

    /// One rule for each protocol and remote block, in the order in which they are first named.
    private mutating func failsafeRules(
        _ ports: [Failsafes.Port], port end: PacketEnd, remote: PacketEnd, _ origin: String
    ) -> [NftRule] {
        struct Group: Hashable {
            var proto: IPProtocol
            var net: IPPrefix?
        }
        var groups: [Group] = []
        var ranges: [Group: [PortRange]] = [:]
        for port in ports {
            let group = Group(proto: port.proto, net: port.net)
            if ranges[group] == nil { groups.append(group) }
            ranges[group, default: []].append(PortRange(port.port))
        }
        return groups.map { group in
            var matches: [NftMatch] = group.net.map { [.family($0.family)] } ?? []
            matches.append(.l4proto(.equal, group.proto))
            if let net = group.net { matches += addressMatch(remote, net) }
            let merged = PortRange.merged(ranges[group] ?? [])
            matches.append(
                merged.count == 1
                    ? .port(end, .equal, merged[0]) : .lookup([.port(end)], .equal, set: sets.ports(merged)))
            return fixed(matches, .accept, .failsafe, origin)
        }
    }
}

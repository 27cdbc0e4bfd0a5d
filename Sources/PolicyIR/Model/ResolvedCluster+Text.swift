import Diagnostics
import NetTypes
import NetworkTopology
import Selectors

extension ResolvedCluster {
    /// The resolved cluster as text: `compile -o ir`. Stable: depends on the resources alone.
    public var text: String {
        var lines: [String] = []
        for tier in tiers {
            lines.append("tier \(tier.name) (end: \(tier.passesAtEnd ? "Pass" : "Deny"))")
            for policy in tier.policies { lines += self.lines(policy) }
        }
        lines += stagedDeletions.map { deletion in
            "\(deletion.name) (staged) deletes \(deletion.name.enforcedForm ?? deletion.name)"
                + place(deletion.location)
        }
        for profile in profiles.values.sorted(by: { $0.name < $1.name }) {
            lines.append("profile \(profile.name)\(place(profile.location))")
            lines += profile.ingress.map { "    ingress " + text(of: $0) }
            lines += profile.egress.map { "    egress " + text(of: $0) }
        }
        for (endpoint, attachment) in zip(endpoints, topology.endpoints) {
            let addresses = attachment.addresses.map(\.description).joined(separator: " ")
            lines.append(
                "endpoint \(endpoint.name) on \(topology.nodes[attachment.node.value].name) [\(addresses)] "
                    + "profiles \(endpoint.profiles.joined(separator: ", "))\(place(endpoint.location))")
        }
        for object in objects where object.kind != .workload {
            let prefixes = object.prefixes.map(\.description).joined(separator: " ")
            lines.append("\(object.name) [\(prefixes)]\(place(object.location))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(_ policy: ResolvedPolicy) -> [String] {
        let order = policy.order.map { " order \($0)" } ?? " no order"
        let staged = policy.isStaged ? " (staged)" : ""
        var lines = ["  \(policy.name)\(staged)\(order) on \(policy.selector)\(place(policy.location))"]
        for direction in [Direction.ingress, .egress] where policy.governs(direction) {
            let rules = policy.rules(direction)
            if rules.isEmpty { lines.append("    \(direction.word): no rules") }
            lines += rules.map { "    \(direction.word) " + text(of: $0) }
        }
        return lines
    }

    private func place(_ location: SourceLocation?) -> String {
        location.map { $0.isBuiltIn ? "" : "  # \(sources.lineText($0))" } ?? ""
    }

    private func text(of rule: PolicyRule) -> String {
        var parts = ["[\(rule.manifestIndex)] \(rule.action.word)"]
        if let name = rule.name { parts.append("as \(JSONText.quoted(name))") }
        if let version = rule.ipVersion { parts.append("IPv\(version.rawValue)") }
        if let proto = rule.proto { parts.append("protocol \(proto)") }
        if let proto = rule.notProto { parts.append("not protocol \(proto)") }
        if let icmp = rule.icmp { parts.append("icmp \(text(of: icmp))") }
        if let icmp = rule.notICMP { parts.append("not icmp \(text(of: icmp))") }
        parts += self.parts(rule.source, "from") + self.parts(rule.destination, "to")
        return parts.joined(separator: " ") + place(rule.location)
    }

    private func text(of icmp: (type: UInt8, code: UInt8?)) -> String {
        "type \(icmp.type)" + (icmp.code.map { " code \($0)" } ?? "")
    }

    private func parts(_ entity: EntityMatch, _ word: String) -> [String] {
        func list(_ prefixes: [IPPrefix]) -> String { prefixes.map(\.description).joined(separator: ",") }
        func ports(_ ranges: [PortRange], _ names: [String]) -> String {
            (ranges.map(\.description) + names).joined(separator: ",")
        }
        var parts: [String] = []
        if !entity.nets.isEmpty { parts.append("\(word) nets \(list(entity.nets))") }
        if !entity.notNets.isEmpty { parts.append("\(word) not nets \(list(entity.notNets))") }
        if let selector = entity.selector { parts.append("\(word) \(selector)") }
        if let selector = entity.notSelector { parts.append("\(word) not \(selector)") }
        if let service = entity.service { parts.append("\(word) service \(service)") }
        if !entity.domains.isEmpty {
            parts.append("\(word) domains \(entity.domains.map(\.text).joined(separator: ","))")
        }
        if entity.hasPorts { parts.append("\(word) ports \(ports(entity.ports, entity.namedPorts))") }
        if entity.hasNotPorts { parts.append("\(word) not ports \(ports(entity.notPorts, entity.notNamedPorts))") }
        return parts
    }
}

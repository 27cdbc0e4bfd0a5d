import NetTypes
import Selectors

/// Whether one rule matches one packet, condition by condition, straight from calico.md 3: no sets, no sharing, no
/// order of tests that could matter.
struct RuleEvaluation {
    let cluster: ResolvedCluster

    /// Every condition that fails; empty when the rule matches.
    func mismatches(_ rule: PolicyRule, _ key: FlowKey) -> [Mismatch] {
        var failed: [Mismatch] = []
        let family = key.family
        if let version = rule.ipVersion, version != family {
            failed.append(Mismatch(.ipVersion, "packet is IPv\(family.rawValue), rule is for IPv\(version.rawValue)"))
        }
        if !exists(rule, for: family) {
            failed.append(
                Mismatch(.addressFamily, "a net list of the rule has no IPv\(family.rawValue) entry that can match"))
        }
        if let proto = rule.proto, proto != key.proto {
            failed.append(Mismatch(.proto, "packet is \(key.proto), rule wants \(proto)"))
        }
        if let proto = rule.notProto, proto == key.proto {
            failed.append(Mismatch(.notProtocol, "packet is \(proto), which the rule excludes"))
        }
        if let icmp = rule.icmp, !(key.transport == .icmp && matches(icmp, key)) {
            failed.append(Mismatch(.icmp, "\(icmpText(key)), rule wants \(text(icmp))"))
        }
        if let icmp = rule.notICMP, !(key.transport == .icmp && !matches(icmp, key)) {
            failed.append(Mismatch(.notICMP, "\(icmpText(key)), rule wants another than \(text(icmp))"))
        }
        failed += side(rule.source, .source, key)
        failed += side(rule.destination, .destination, key)
        return failed
    }

    // MARK: Families (calico.md 3.6)

    /// A non-empty net list without an entry of the family removes the rule for it, and so does a negated catch-all.
    private func exists(_ rule: PolicyRule, for family: IPFamily) -> Bool {
        let lists = [rule.source.nets, rule.source.notNets, rule.destination.nets, rule.destination.notNets]
        guard lists.allSatisfy({ list in list.isEmpty || list.contains { $0.family == family } }) else { return false }
        return ![rule.source.notNets, rule.destination.notNets].joined()
            .contains { $0.family == family && $0.length == 0 }
    }

    // MARK: ICMP

    private func matches(_ icmp: (type: UInt8, code: UInt8?), _ key: FlowKey) -> Bool {
        icmp.type == key.icmpType && (icmp.code.map { $0 == key.icmpCode } ?? true)
    }

    private func text(_ icmp: (type: UInt8, code: UInt8?)) -> String {
        "type \(icmp.type)" + (icmp.code.map { " code \($0)" } ?? "")
    }

    private func icmpText(_ key: FlowKey) -> String {
        key.transport == .icmp
            ? "packet has type \(key.icmpType) code \(key.icmpCode)" : "packet has no ICMP type of its IP version"
    }

    // MARK: One end of the packet

    private enum End {
        case source
        case destination
    }

    private func side(_ entity: EntityMatch, _ end: End, _ key: FlowKey) -> [Mismatch] {
        let isSource = end == .source
        let address = isSource ? key.source : key.destination
        let port = isSource ? key.sourcePort : key.destinationPort
        var failed: [Mismatch] = []
        if !entity.nets.isEmpty, !entity.nets.contains(where: { $0.contains(address) }) {
            failed.append(Mismatch(isSource ? .sourceNets : .destinationNets, "\(address) is in none of them"))
        }
        if let block = entity.notNets.first(where: { $0.contains(address) }) {
            failed.append(Mismatch(isSource ? .sourceNotNets : .destinationNotNets, "\(address) is in \(block)"))
        }
        if let selector = entity.selector, !objects(of: address).contains(where: { selector.matches($0.labels) }) {
            failed.append(selectorMismatch(entity, selector, address, isSource))
        }
        if let selector = entity.notSelector,
            let object = objects(of: address).first(where: { selector.matches($0.labels) })
        {
            failed.append(
                Mismatch(
                    isSource ? .sourceNotSelector : .destinationNotSelector,
                    "\(address) belongs to \(object.name), which \(selector.canonicalText) selects"))
        }
        if entity.hasPorts, !matchesPorts(entity, address, port, key) {
            failed.append(
                Mismatch(
                    isSource ? .sourcePorts : .destinationPorts,
                    "\(portText(port, key)), rule wants \(portsText(entity.ports, entity.namedPorts))"))
        }
        if entity.hasNotPorts, !clearsNotPorts(entity, address, port, key) {
            failed.append(
                Mismatch(
                    isSource ? .sourceNotPorts : .destinationNotPorts,
                    "\(portText(port, key)), rule excludes \(portsText(entity.notPorts, entity.notNamedPorts))"))
        }
        if !entity.domains.isEmpty, cluster.domains.record(of: address, in: entity.domains) == nil {
            let names = entity.domains.map(\.text).joined(separator: ", ")
            failed.append(Mismatch(.destinationDomains, "\(address) is no known address of \(names)"))
        }
        if let service = entity.service, !isMember(of: service, address, port, key, addressesOnly: isSource) {
            failed.append(
                Mismatch(
                    isSource ? .sourceService : .destinationService,
                    "\(address) \(portText(port, key)) is no endpoint of service \(service)"))
        }
        return failed
    }

    /// Every object that the address belongs to: matching is by address, not by identity (T32, T47).
    private func objects(of address: IPAddress) -> [LabelledObject] {
        cluster.objects.filter { object in object.prefixes.contains { $0.contains(address) } }
    }

    private func selectorMismatch(
        _ entity: EntityMatch, _ selector: Selector, _ address: IPAddress, _ isSource: Bool
    ) -> Mismatch {
        let owners = objects(of: address)
        let owner = owners.first.map { "\(address) (\($0.name))" } ?? "\(address), which is no known object,"
        let detail = "\(owner) is not selected by \(selector.canonicalText)"
        let inNamespace = entity.namespacePart.map { part in owners.contains { part.matches($0.labels) } } ?? true
        guard inNamespace else { return Mismatch(isSource ? .sourceNamespace : .destinationNamespace, detail) }
        return Mismatch(isSource ? .sourceSelector : .destinationSelector, detail)
    }

    // MARK: Ports

    private func matchesPorts(_ entity: EntityMatch, _ address: IPAddress, _ port: UInt16, _ key: FlowKey) -> Bool {
        guard key.transport == .ports else { return false }
        return entity.ports.contains { $0.contains(port) }
            || entity.namedPorts.contains { owns($0, entity, address, port, key.proto) }
    }

    /// True when none matches. An unreadable transport header matches no port condition, not even a negated one; with
    /// numbers there must be ports to compare.
    private func clearsNotPorts(_ entity: EntityMatch, _ address: IPAddress, _ port: UInt16, _ key: FlowKey) -> Bool {
        guard key.transport != .unreadable else { return false }
        guard key.transport == .ports else { return entity.notPorts.isEmpty }
        return !entity.notPorts.contains { $0.contains(port) }
            && !entity.notNamedPorts.contains { owns($0, entity, address, port, key.proto) }
    }

    /// Whether an endpoint with this address, selected by the rule's positive selector on this side, owns the named
    /// port with this number and protocol (calico.md 3.4).
    private func owns(
        _ name: String, _ entity: EntityMatch, _ address: IPAddress, _ port: UInt16, _ proto: IPProtocol
    ) -> Bool {
        objects(of: address).contains { object in
            object.kind != .networkSet && (entity.selector?.matches(object.labels) ?? true)
                && object.namedPorts.contains { $0.name == name && $0.port == port && $0.proto == proto }
        }
    }

    private func isMember(
        of service: ServiceKey, _ address: IPAddress, _ port: UInt16, _ key: FlowKey, addressesOnly: Bool
    ) -> Bool {
        (cluster.serviceMembers[service] ?? []).contains { member in
            guard member.address == address else { return false }
            return addressesOnly
                || (key.transport == .ports && member.ports.contains { $0.proto == key.proto && $0.port == port })
        }
    }

    private func portText(_ port: UInt16, _ key: FlowKey) -> String {
        key.transport == .ports ? "packet has port \(port)" : "packet has no ports"
    }

    private func portsText(_ ranges: [PortRange], _ names: [String]) -> String {
        (ranges.map(\.description) + names).joined(separator: ", ")
    }
}

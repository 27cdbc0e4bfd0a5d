import Diagnostics
import ManifestReading
import NetTypes

/// Decodes and checks the rules of one direction of a Calico policy or profile (calico.md 1.5).
struct CalicoRuleDecoder {
    enum Direction {
        case ingress
        case egress
    }

    /// Where the rules stand: what services may be named, and how.
    enum Container {
        case namespacedPolicy
        case globalPolicy
        case profile
    }

    let direction: Direction
    let container: Container

    private static let ruleLimit = 1024

    func rules(_ field: Field) -> [CalicoRule] {
        field.objects(atMost: Self.ruleLimit).compactMap(rule)
    }

    private func rule(_ object: ObjectDecoder) -> CalicoRule? {
        let action = object["action"].requiredChoice(CalicoAction.allCases)
        var rule = CalicoRule(action: action?.ruleAction ?? .deny, location: object.field.location)
        rule.ipVersion = ipVersion(object["ipVersion"])
        let proto = protocolReference(object["protocol"])
        rule.proto = proto?.proto.map { Located($0, at: object["protocol"].location) }
        rule.protocolImpliesFamily = proto?.impliedFamily
        let notProto = protocolReference(object["notProtocol"])
        rule.notProto = notProto?.proto.map { Located($0, at: object["notProtocol"].location) }

        rule.icmp = icmp(object["icmp"])
        rule.notICMP = icmp(object["notICMP"])
        let source = CalicoEntityDecoder(object["source"])
        let destination = CalicoEntityDecoder(object["destination"])
        rule.source = source.entity
        rule.destination = destination.entity
        rule.hasHTTP = object["http"].isPresent

        let http = HTTPMatchCheck(object["http"])
        http.check(object, action: action, proto: proto, direction: direction)
        if let metadata = object["metadata"].object() { _ = metadata["annotations"].annotations() }
        checkICMP(object, proto, notProto, rule)
        checkPorts(object, proto, [source, destination])
        RuleFamilyCheck(version: object["ipVersion"], family: rule.ipVersion).check([source, destination])
        checkServices(source: source, destination: destination)
        checkDomains(source: source, destination: destination, action)
        return action == nil ? nil : rule
    }

    private func ipVersion(_ field: Field) -> IPFamily? {
        guard let number = field.integer() else { return nil }
        let family = UInt8(exactly: number).flatMap { IPFamily(rawValue: $0) }
        if family == nil { field.error(.ipVersion(number)) }
        return family
    }

    // MARK: Protocol and ICMP

    private func protocolReference(_ field: Field) -> ProtocolReference? {
        guard let reference = ProtocolReference.decode(field) else { return nil }
        if reference.proto == nil { field.error(.calicoProtocol(reference.printed)) }
        return reference
    }

    private func icmp(_ field: Field) -> CalicoICMP? {
        guard let object = field.object() else { return nil }
        let type = object["type"].integer(in: 0...254, otherwise: { .notBetween($0, 0...254) })
        let code = object["code"].integer(in: 0...255, otherwise: { .notBetween($0, 0...255) })
        if object["code"].isPresent, !object["type"].isPresent {
            object["code"].error(.icmpCodeWithoutType)
        }
        return CalicoICMP(type: type.map { UInt8($0) }, code: code.map { UInt8($0) })
    }

    private func checkICMP(
        _ object: ObjectDecoder, _ proto: ProtocolReference?, _ notProto: ProtocolReference?, _ rule: CalicoRule
    ) {
        if object["icmp"].isPresent, rule.proto?.value != .icmp, rule.proto?.value != .icmpv6 {
            object["icmp"].error(.icmpNeedsProtocol, notes: [object["protocol"].note("the protocol of the rule")])
        }
        guard let version = rule.ipVersion else { return }
        for (name, reference) in [("protocol", proto), ("notProtocol", notProto)] {
            guard let family = reference?.impliedFamily, family != version else { continue }
            object["ipVersion"].error(
                .icmpFamily(reference?.printed ?? "", needs: family),
                notes: [object[name].note("implies IP version \(family.rawValue)")])
        }
    }

    // MARK: Ports

    private func checkPorts(_ object: ObjectDecoder, _ proto: ProtocolReference?, _ ends: [CalicoEntityDecoder]) {
        let field = object["protocol"]
        for list in ends.flatMap({ [$0.ports, $0.notPorts] }) where list.field.node?.count ?? 0 > 0 {
            if let number = proto?.proto {
                guard !number.allowsPortMatch else { continue }
                list.field.error(.portsNeedPortProtocol, notes: [field.note("the protocol is \(number)")])
            } else if !field.isPresent, list.hasNumber {
                list.field.error(.numericPortsNeedProtocol, notes: [field.note("the rule has no protocol")])
            }
        }
    }

    // MARK: Services

    private func checkServices(source: CalicoEntityDecoder, destination: CalicoEntityDecoder) {
        if destination.services.isPresent {
            for list in [destination.ports, destination.notPorts] where list.field.node?.count ?? 0 > 0 {
                list.field.error(
                    .forbidden("cannot specify ports with a service selector: the service's endpoints have their own"),
                    notes: [destination.services.note("the service")])
            }
        }
        guard container != .profile else { return }
        let (allowed, other) = direction == .ingress ? (source, destination) : (destination, source)
        if other.services.isPresent {
            let place = direction == .ingress ? "ingress rule destination" : "egress rule source"
            other.services.error(.forbidden("services are not allowed in \(place)"))
        }
        guard container == .globalPolicy, let reference = allowed.entity.services, reference.value.namespace == nil
        else { return }
        allowed.services.error(.required("a GlobalNetworkPolicy must specify a namespace"))
    }
}

/// `action` of a Calico rule as written.
enum CalicoAction: String, CaseIterable {
    case allow = "Allow"
    case deny = "Deny"
    case log = "Log"
    case pass = "Pass"

    var ruleAction: RuleAction {
        switch self {
        case .allow: .allow
        case .deny: .deny
        case .log: .log
        case .pass: .pass
        }
    }
}

import ManifestReading
import NetTypes

extension KindDefinition {
    static let clusterNetworkPolicy = KindDefinition(
        APIGroup.policyAPI, ["v1alpha2"], "ClusterNetworkPolicy", isNamespaced: false,
        consequence: .policyConsequence,
        schema: .resource([.used("spec", .clusterPolicySpec, refusesUnknown: true)])
    ) { root, meta in
        ClusterPolicyDecoder(.clusterNetworkPolicy).decode(root["spec"], meta).map { .clusterPolicy($0) }
    }

    static let adminNetworkPolicy = KindDefinition(
        APIGroup.policyAPI, ["v1alpha1"], "AdminNetworkPolicy", isNamespaced: false,
        consequence: .policyConsequence, schema: .resource([.used("spec", .adminPolicySpec, refusesUnknown: true)])
    ) { root, meta in
        ClusterPolicyDecoder(.adminNetworkPolicy).decode(root["spec"], meta).map { .clusterPolicy($0) }
    }

    static let baselineAdminNetworkPolicy = KindDefinition(
        APIGroup.policyAPI, ["v1alpha1"], "BaselineAdminNetworkPolicy", isNamespaced: false,
        nameRule: .exactly("default"), consequence: .policyConsequence,
        schema: .resource([.used("spec", .baselinePolicySpec, refusesUnknown: true)])
    ) { root, meta in
        ClusterPolicyDecoder(.baselineAdminNetworkPolicy).decode(root["spec"], meta).map { .clusterPolicy($0) }
    }
}

/// Decodes the three cluster-wide policy kinds of policy.networking.k8s.io; the schema of their CRDs in words
/// (kubernetes.md 4 and 5).
struct ClusterPolicyDecoder {
    let origin: ClusterPolicy.Origin
    /// Most rules of a direction, peers and ports of a rule.
    private let limit: Int
    private static let networkLimit = 25
    private static let ruleNameLimit = 100

    init(_ origin: ClusterPolicy.Origin) {
        self.origin = origin
        limit = origin == .clusterNetworkPolicy ? 25 : 100
    }

    private var isV1alpha2: Bool { origin == .clusterNetworkPolicy }

    func decode(_ field: Field, _ meta: ObjectMeta) -> ClusterPolicy? {
        guard field.isPresent else {
            field.error(.required())
            return nil
        }
        guard let spec = field.object() else { return nil }
        let tier = tier(spec)
        let priority = origin == .baselineAdminNetworkPolicy ? 1000 : priority(spec["priority"])
        let subject = subject(spec["subject"])
        let ingress = spec["ingress"].objects(atMost: limit).compactMap { rule($0, peers: "from") }
        let egress = spec["egress"].objects(atMost: limit).compactMap { rule($0, peers: "to") }
        guard let tier, let priority, let subject else { return nil }
        return ClusterPolicy(
            meta: meta, origin: origin, tier: tier, priority: priority, subject: subject, ingress: ingress,
            egress: egress)
    }

    private func tier(_ spec: ObjectDecoder) -> ClusterPolicy.Tier? {
        switch origin {
        case .clusterNetworkPolicy: spec["tier"].requiredChoice([ClusterPolicy.Tier.admin, .baseline])
        case .adminNetworkPolicy: .admin
        case .baselineAdminNetworkPolicy: .baseline
        }
    }

    private func priority(_ field: Field) -> Int? {
        guard field.isPresent else {
            field.error(.required())
            return nil
        }
        return field.integer(in: 0...1000, otherwise: { .notBetween($0, 0...1000) })
    }

    // MARK: Subject and peers

    private func subject(_ field: Field) -> ClusterPolicy.PodSelection? {
        guard field.isPresent else {
            field.error(.required())
            return nil
        }
        return field.object()?.onlyField().flatMap { selection($0.name, $0.field) }
    }

    /// `namespaces` or `pods`.
    private func selection(_ name: String, _ field: Field) -> ClusterPolicy.PodSelection? {
        if name == "namespaces" {
            return field.labelSelector().map { ClusterPolicy.PodSelection(namespaces: $0, pods: nil) }
        }
        guard let object = field.object() else { return nil }
        if isV1alpha2 {
            if !object["podSelector"].isPresent { object["podSelector"].error(.required()) }
        } else {
            for part in ["namespaceSelector", "podSelector"] where !object[part].isPresent {
                object[part].warning(.missingSelector)
            }
        }
        return ClusterPolicy.PodSelection(
            namespaces: object["namespaceSelector"].labelSelector(),
            pods: object["podSelector"].labelSelector() ?? LabelSelector())
    }

    private func peer(_ object: ObjectDecoder) -> Located<ClusterPolicy.Peer>? {
        guard let (name, field) = object.onlyField() else { return nil }
        let peer: ClusterPolicy.Peer? =
            switch name {
            case "networks": networks(field).map { .networks($0) }
            case "nodes": field.labelSelector().map { .nodes($0) }
            case "domainNames": .domainNames(field.distinctStrings().map(\.text))
            default: selection(name, field).map { .selection($0) }
            }
        return peer.map { Located($0, at: object.field.location) }
    }

    private func networks(_ field: Field) -> [IPPrefix]? {
        guard field.requireItems() else { return nil }
        return field.distinctStrings(atMost: Self.networkLimit).compactMap { entry in
            guard let parsed = IPPrefix.parse(entry.text), parsed.hasLength, isStrict(entry.text) else {
                entry.field.error(.notABlock(entry.text))
                return nil
            }
            return parsed.prefix
        }
    }

    /// The schema's `isCIDR` takes neither IPv4 in IPv6 notation nor a length with leading zeros.
    private func isStrict(_ text: String) -> Bool {
        guard let length = text.split(separator: "/").last, length == "0" || !length.hasPrefix("0") else {
            return false
        }
        let isMapped = text.contains(":") && IPAddress(String(text.prefix { $0 != "/" }))?.family == .v4
        return !isMapped
    }

    // MARK: Rules

    private enum Action: String, CaseIterable {
        case accept = "Accept"
        case allow = "Allow"
        case deny = "Deny"
        case pass = "Pass"

        var ruleAction: RuleAction {
            switch self {
            case .accept, .allow: .allow
            case .deny: .deny
            case .pass: .pass
            }
        }
    }

    private var actions: [Action] {
        switch origin {
        case .clusterNetworkPolicy: [.accept, .deny, .pass]
        case .adminNetworkPolicy: [.allow, .deny, .pass]
        case .baselineAdminNetworkPolicy: [.allow, .deny]
        }
    }

    private func rule(_ object: ObjectDecoder, peers: String) -> ClusterPolicy.Rule? {
        let name = object["name"].string() ?? ""
        if name.utf8.count > Self.ruleNameLimit { object["name"].error(.tooLong(limit: Self.ruleNameLimit)) }
        let action = object["action"].requiredChoice(actions)
        let peerList = object[peers].requireItems() ? object[peers].objects(atMost: limit).compactMap(peer) : []
        let portList = object[isV1alpha2 ? "protocols" : "ports"]
        var ports: [Located<ClusterPolicy.Port>] = []
        if portList.isPresent, portList.requireItems() {
            let decoder = ClusterPortDecoder()
            ports = portList.objects(atMost: limit).compactMap { item in
                decoder.port(item).map { Located($0, at: item.field.location) }
            }
        }
        guard let action else { return nil }
        return ClusterPolicy.Rule(
            name: name, action: action.ruleAction, peers: peerList, ports: ports, location: object.field.location)
    }
}

extension ObjectDecoder {
    /// The one field of a mapping that must have exactly one.
    func onlyField() -> (name: String, field: Field)? {
        let present = presentFields
        guard present.count <= 1 else {
            field.error(.tooMany(present.count, limit: 1), notes: present.map { $0.field.note("one of them") })
            return nil
        }
        if present.isEmpty { field.error(.noProperties) }
        return present.first
    }
}

extension Field {
    /// Whether this list is there and not empty; else reported.
    func requireItems() -> Bool {
        guard let node else {
            error(.required())
            return false
        }
        if node.kind == .sequence, node.count == 0 { error(.tooFew()) }
        return node.kind != .sequence || node.count > 0
    }
}

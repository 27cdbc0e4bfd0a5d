/// Cluster-wide Kubernetes policies written as the GlobalNetworkPolicies that they become (calico.md 6.2).
extension PolicySet {
    /// Policies that share their name with a global policy or with each other keep their kind: two GlobalNetworkPolicies
    /// could not.
    public func withClusterPoliciesTranslated() -> PolicySet {
        var counts: [String: Int] = [:]
        for document in documents where document.isGlobalPolicy { counts[document.name, default: 0] += 1 }
        return PolicySet(
            documents: documents.map { document in
                document.isClusterPolicy && counts[document.name] == 1
                    ? ClusterPolicyTranslation.policy(document) : document
            })
    }
}

extension ManifestValue {
    fileprivate var name: String { self["metadata"]?["name"]?.string ?? "" }

    fileprivate var isClusterPolicy: Bool {
        self["apiVersion"]?.string?.hasPrefix("policy.networking.k8s.io/") == true
    }

    fileprivate var isGlobalPolicy: Bool { isClusterPolicy || self["kind"] == .text("GlobalNetworkPolicy") }
}

private enum ClusterPolicyTranslation {
    static func policy(_ document: ManifestValue) -> ManifestValue {
        let kind = document["kind"]?.string
        let isBaseline = kind == "BaselineAdminNetworkPolicy" || document["spec"]?["tier"] == .text("Baseline")
        return document.setting("apiVersion", .text("projectcalico.org/v3"))
            .setting("kind", .text("GlobalNetworkPolicy"))
            .replacing("spec") { spec(of: $0, tier: isBaseline ? "kube-baseline" : "kube-admin") }
    }

    private static func spec(of spec: ManifestValue, tier: String) -> ManifestValue {
        let ingress = (spec["ingress"]?.elements ?? []).flatMap { rules($0, "from", "source") }
        let egress = (spec["egress"]?.elements ?? []).flatMap { rules($0, "to", "destination") }
        let types = (ingress.isEmpty ? [] : ["Ingress"]) + (egress.isEmpty ? [] : ["Egress"])
        return .object([
            "tier": .text(tier), "order": spec["priority"] ?? .number(1000),
            "selector": .text(KubernetesTranslation.selector(spec["subject"]?["pods"]?["podSelector"])),
            "namespaceSelector": namespaces(spec["subject"]), "types": types.isEmpty ? nil : .texts(types),
            "ingress": .list(ingress), "egress": .list(egress),
        ])
    }

    /// Of a subject or peer.
    private static func namespaces(_ selection: ManifestValue?) -> ManifestValue {
        let selector = selection?["namespaces"] ?? selection?["pods"]?["namespaceSelector"]
        return .text(KubernetesTranslation.namespaces(selector ?? .object([:])))
    }

    private static func rules(_ rule: ManifestValue, _ peers: String, _ end: String) -> [ManifestValue] {
        let action = rule["action"] == .text("Accept") ? .text("Allow") : rule["action"] ?? .text("")
        let peers = rule[peers]?.elements ?? []
        guard peers.allSatisfy({ $0["nodes"] == nil && $0["domainNames"] == nil }) else {
            return action == .text("Allow") ? [] : [.object(["action": .text("Deny")])]
        }
        let ends = peers.flatMap(entities).map { ManifestValue.object(["action": action]).setting(end, $0) }
        let ports = (rule["protocols"] ?? rule["ports"])?.elements ?? []
        guard !ports.isEmpty else { return ends }
        return ports.flatMap { port in ends.map { adding(port, to: $0) } }
    }

    /// One per network: Calico's rules are of one family.
    private static func entities(_ peer: ManifestValue) -> [ManifestValue] {
        if let networks = peer["networks"] { return networks.elements.map { .object(["nets": .list([$0])]) } }
        let pods = peer["pods"].map { ManifestValue.text(KubernetesTranslation.selector($0["podSelector"])) }
        return [.object(["selector": pods, "namespaceSelector": namespaces(peer)])]
    }

    /// Ports are the destination's in both directions.
    private static func adding(_ port: ManifestValue, to rule: ManifestValue) -> ManifestValue {
        guard let match = port.fields.first else { return rule }
        func limited(to proto: ManifestValue?, _ port: ManifestValue) -> ManifestValue {
            let rule = proto.map { rule.setting("protocol", $0) } ?? rule
            let destination = rule["destination"] ?? .object([:])
            return rule.setting("destination", destination.setting("ports", .list([port])))
        }
        switch match.key {
        case "destinationNamedPort", "namedPort": return limited(to: nil, match.value)
        case "portNumber": return limited(to: match.value["protocol"] ?? .text("TCP"), match.value["port"] ?? .text(""))
        case "portRange": return limited(to: match.value["protocol"] ?? .text("TCP"), range(match.value))
        default:
            let port = match.value["destinationPort"]
            return limited(to: .text(match.key.uppercased()), port?["number"] ?? range(port?["range"]))
        }
    }

    private static func range(_ ends: ManifestValue?) -> ManifestValue {
        guard case .plain(let first)? = ends?["start"], case .plain(let last)? = ends?["end"] else { return .text("") }
        return .text("\(first):\(last)")
    }
}

/// Kubernetes NetworkPolicies written as the Calico policies that they become (calico.md 6.1): a second reading of the
/// same text, by way of YAML.
extension PolicySet {
    /// A policy that shares namespace and name with a Calico one keeps its kind: two Calico policies could not.
    public func withKubernetesPoliciesTranslated() -> PolicySet {
        let identities = Set(documents.map(\.identity))
        return PolicySet(
            documents: documents.map { document in
                guard document["apiVersion"] == .text("networking.k8s.io/v1") else { return document }
                let translated = document.setting("apiVersion", .text("projectcalico.org/v3"))
                    .replacing("spec") { KubernetesTranslation.spec($0) }
                return identities.contains(translated.identity) ? document : translated
            })
    }
}

/// Parts of Kubernetes policies in Calico's words.
enum KubernetesTranslation {
    private static let pods = "projectcalico.org/orchestrator == 'k8s'"

    fileprivate static func spec(_ spec: ManifestValue) -> ManifestValue {
        let egress = spec["egress"]?.elements ?? []
        let types = spec["policyTypes"]?.elements ?? [.text("Ingress")] + (egress.isEmpty ? [] : [.text("Egress")])
        return .object([
            "order": .number(1000), "selector": .text(selector(spec["podSelector"])), "types": .list(types),
            "ingress": .list((spec["ingress"]?.elements ?? []).flatMap { rules($0, "from", "source") }),
            "egress": .list(egress.flatMap { rules($0, "to", "destination") }),
        ])
    }

    private static func rules(_ rule: ManifestValue, _ peers: String, _ end: String) -> [ManifestValue] {
        let entities = (rule[peers]?.elements ?? []).map(entity)
        let allows = (entities.isEmpty ? [.object([:])] : entities).map { entity in
            ManifestValue.object(["action": .text("Allow")]).setting(end, entity)
        }
        let ports = rule["ports"]?.elements ?? []
        guard !ports.isEmpty else { return allows }
        return ports.flatMap { port in allows.map { adding(port, to: $0) } }
    }

    /// Ports are the destination's in both directions.
    private static func adding(_ port: ManifestValue, to rule: ManifestValue) -> ManifestValue {
        let rule = rule.setting("protocol", port["protocol"] ?? .text("TCP"))
        guard let number = port["port"] else { return rule }
        var text = number
        if case .plain(let first) = number, case .plain(let last)? = port["endPort"] {
            text = .text("\(first):\(last)")
        }
        return rule.setting("destination", (rule["destination"] ?? .object([:])).setting("ports", .list([text])))
    }

    private static func entity(_ peer: ManifestValue) -> ManifestValue {
        if let block = peer["ipBlock"] {
            // Kubernetes takes an exception twice, Calico a net not.
            var seen: Set<ManifestValue> = []
            let except = block["except"].map { $0.elements.filter { seen.insert($0).inserted } }
            return .object([
                "nets": block["cidr"].map { .list([$0]) }, "notNets": except.map { .list($0) },
            ])
        }
        return .object([
            "selector": .text(selector(peer["podSelector"])),
            "namespaceSelector": peer["namespaceSelector"].map { .text(namespaces($0)) },
        ])
    }

    static func namespaces(_ selector: ManifestValue) -> String {
        let terms = terms(selector)
        return terms.isEmpty ? "all()" : terms.joined(separator: " && ")
    }

    /// A pod selector; absent or not, it selects pods alone.
    static func selector(_ pods: ManifestValue?) -> String {
        ([Self.pods] + (pods.map(terms) ?? [])).joined(separator: " && ")
    }

    private static func terms(_ selector: ManifestValue) -> [String] {
        let labels = (selector["matchLabels"]?.fields ?? []).map { "\($0.key) == '\($0.value.string ?? "")'" }
        let expressions = (selector["matchExpressions"]?.elements ?? []).map { expression in
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.elements ?? []).map { "'\($0.string ?? "")'" }.joined(separator: ", ")
            return switch expression["operator"]?.string {
            case "In": "\(key) in {\(values)}"
            case "NotIn": "\(key) not in {\(values)}"
            case "Exists": "has(\(key))"
            default: "!has(\(key))"
            }
        }
        return labels + expressions
    }
}

import Diagnostics
import NetTypes
import Selectors

@testable import PolicyIR
@testable import Resources

extension ConvertedObject {
    /// A Kubernetes NetworkPolicy as the Calico policy that it means. Of what we refuse only ports are Calico's own
    /// errors, all else the API server stops before. Calico drops a rule with a bad port alone (calico.md 6.1).
    init(networkPolicy input: JSONValue) throws {
        let decoded = try DecodedInput(input, as: .kubernetesNetworkPolicy)
        guard case .kubernetesPolicy(let policy)? = decoded.object else { throw CorpusFault("no policy") }
        let resolved = KubernetesPolicyConversion.resolve(policy)
        let selector = LabelSelectorTexts.pods(policy.podSelector)
        try Self.check(policy, selector, resolved)
        let badPorts = decoded.errors.map(\.fieldPath).filter { $0.contains(".ports[") }
        let types = Direction.allCases.filter(resolved.governs).map { $0 == .ingress ? "Ingress" : "Egress" }
        let names: [String: JSONValue] = [
            "name": .string(resolved.name.name), "namespace": .string(resolved.name.namespace ?? ""),
        ]
        self.init(
            result: .object([
                "kind": .string("NetworkPolicy"), "apiVersion": .string("projectcalico.org/v3"),
                "key": .object(names.merging(["kind": .string("KubernetesNetworkPolicy")]) { $1 }),
                "metadata": .object(names),
                "spec": .object([
                    "order": resolved.order.map { .number($0) } ?? .null, "selector": .string(selector),
                    "types": .strings(types),
                    "ingress": .array(try Self.rules(policy, resolved, .ingress, without: badPorts)),
                    "egress": .array(try Self.rules(policy, resolved, .egress, without: badPorts)),
                ]),
            ]),
            isError: !badPorts.isEmpty,
            unmodelled: [
                "key.kind": Self.dataStore, "uid": Self.dataStore, "revision": Self.dataStore,
                "metadata.uid": Self.dataStore, "metadata.resourceVersion": Self.dataStore,
            ])
        if case .array? = input["spec"]?["policyTypes"] { return }
        if !policy.egress.isEmpty {
            unmodelled["spec.types"] = "the API server's default of policyTypes, which the decoder fills in"
        }
    }

    static let dataStore = "keys and versions of the data store"

    /// A peer's fields; the first result of the function, which is the whole one here, is the selector.
    init(peer input: JSONValue) throws {
        let rules: JSONValue = .array([.object(["from": .array([input])])])
        let policy = try ConvertedObject(
            networkPolicy: .object(["spec": .object(["podSelector": .object([:]), "ingress": rules])]))
        guard case .array(let ingress)? = policy.result["spec"]?["ingress"] else { throw CorpusFault("no rules") }
        self.init(result: ingress.first?["source"]?["selector"] ?? .string(""), isError: policy.isError)
    }

    // MARK: Rules

    /// The rules that a rule became stand in the order (protocol, peer).
    ///
    /// - Parameter faults: paths of faults; a rule with one is left out.
    private static func rules(
        _ policy: KubernetesPolicy, _ resolved: ResolvedPolicy, _ direction: Direction, without faults: [String]
    ) throws -> [JSONValue] {
        let written = direction == .ingress ? policy.ingress : policy.egress
        return try written.enumerated().flatMap { index, rule -> [JSONValue] in
            let path = "spec.\(direction.word)[\(index)]."
            if faults.contains(where: { $0.hasPrefix(path) }) { return [] }
            let parts = resolved.rules(direction).filter { $0.manifestIndex == index }
            return try parts.enumerated().map { place, part in
                let peer = rule.peers.isEmpty ? nil : rule.peers[place % rule.peers.count].value
                return try Self.rule(part, peer, direction, policy)
            }
        }
    }

    private static func rule(
        _ rule: PolicyRule, _ peer: KubernetesPolicy.Peer?, _ direction: Direction, _ policy: KubernetesPolicy
    ) throws -> JSONValue {
        var source = entity(rule.source)
        var destination = entity(rule.destination)
        if case .selectors(let pods, let namespaces)? = peer {
            let selector = LabelSelectorTexts.pods(pods)
            let namespaceSelector = namespaces.map(LabelSelectorTexts.calicoNamespaces)
            let judged = direction == .ingress ? rule.source : rule.destination
            try check(judged, selector, namespaceSelector, policy)
            let fields: [String: JSONValue] = [
                "selector": .string(selector), "namespaceSelector": .string(namespaceSelector ?? ""),
            ]
            if direction == .ingress {
                source.merge(fields) { $1 }
            } else {
                destination.merge(fields) { $1 }
            }
        }
        return .fields([
            "action": .string(rule.action.word), "protocol": rule.proto.map { .string($0.description) },
            "source": .object(source), "destination": .object(destination),
        ])
    }

    private static func entity(_ entity: EntityMatch) -> [String: JSONValue] {
        [
            "nets": .strings(entity.nets.map(\.description)), "notNets": .strings(entity.notNets.map(\.description)),
            "ports": .array(ports(entity)),
        ]
    }

    /// Numbers, ranges as `first:last`, then names.
    static func ports(_ entity: EntityMatch) -> [JSONValue] {
        entity.ports.map { range in
            range.first == range.last ? .number(Double(range.first)) : .string("\(range.first):\(range.last)")
        } + entity.namedPorts.map { .string($0) }
    }

    // MARK: Agreement of the texts with the resolved policy

    /// The selectors that the view shows must mean, as fields of a Calico policy, what the resolved policy holds.
    private static func check(_ policy: KubernetesPolicy, _ selector: String, _ resolved: ResolvedPolicy) throws {
        var calico = CalicoPolicy(meta: policy.meta, isGlobal: false, tier: Located("default", at: .builtIn))
        calico.selector = Located(try Selector(parsing: selector), at: .builtIn)
        let effective = PolicyResolution.effectiveSelector(calico, namespace: policy.meta.namespace)
        guard effective == resolved.selector else {
            throw CorpusFault("\(selector) means \(effective), the policy has \(resolved.selector)")
        }
    }

    private static func check(
        _ entity: EntityMatch, _ selector: String, _ namespaceSelector: String?, _ policy: KubernetesPolicy
    ) throws {
        var rule = CalicoRule(action: .allow, location: .builtIn)
        rule.source.selector = Located(try Selector(parsing: selector), at: .builtIn)
        rule.source.namespaceSelector = try namespaceSelector.map {
            Located(try Selector(parsing: $0), at: .builtIn)
        }
        let meaning = RuleScoping(namespace: policy.meta.namespace).resolve(rule, index: 0).source.selector
        guard meaning == entity.selector else {
            throw CorpusFault(
                "\(selector) in \(namespaceSelector ?? "the own namespace") means "
                    + "\(meaning?.canonicalText ?? "anyone"), the rule has \(entity.selector?.canonicalText ?? "anyone")"
            )
        }
    }
}

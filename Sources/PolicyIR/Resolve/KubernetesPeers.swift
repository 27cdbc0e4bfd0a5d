import NetTypes
import Resources
import Selectors

/// Peers of Kubernetes policies → conditions; each pair of selectors is worked out once, however many rules have it.
struct KubernetesPeers {
    private var known: [Key: EntityMatch] = [:]

    private struct Key: Hashable {
        var pods: LabelSelector?
        var namespaces: LabelSelector?
        /// Of the policy, where no namespaces are selected.
        var namespace: String?
    }

    mutating func match(_ peer: KubernetesPolicy.Peer, namespace: String) -> EntityMatch {
        switch peer {
        case .block(let block):
            var entity = EntityMatch()
            entity.nets = [block.cidr]
            entity.notNets = block.except
            return entity
        case .selectors(let pods, let namespaces):
            let key = Key(pods: pods, namespaces: namespaces, namespace: namespaces == nil ? namespace : nil)
            if let entity = known[key] { return entity }
            let entity = Self.match(pods, namespaces, namespace: namespace)
            known[key] = entity
            return entity
        }
    }

    private static func match(
        _ pods: LabelSelector?, _ namespaces: LabelSelector?, namespace: String
    ) -> EntityMatch {
        let scope = namespaces.map(LabelSelectorDrafts.namespaces) ?? .equals(WellKnownLabels.namespace, namespace)
        func scopeText() -> String {
            namespaces.map(LabelSelectorTexts.namespaces) ?? "\(WellKnownLabels.namespace) == '\(namespace)'"
        }
        var entity = EntityMatch()
        entity.namespacePart = SelectorTexts.selector(scope, text: scopeText)
        entity.selector = SelectorTexts.selector(scope.and(LabelSelectorDrafts.pods(pods))) {
            "(\(scopeText())) && (\(LabelSelectorTexts.pods(pods)))"
        }
        return entity
    }
}

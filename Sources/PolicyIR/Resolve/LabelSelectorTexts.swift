import Resources
import Selectors

/// Kubernetes label selectors as Calico selector text (calico.md 6.1, 6.2).
enum LabelSelectorTexts {
    /// A pod selector always holds the orchestrator term, so that it reaches pods alone (T7).
    static func pods(_ selector: LabelSelector?) -> String {
        let orchestrator = "\(WellKnownLabels.orchestrator) == 'k8s'"
        return selector.flatMap(terms).map { "\(orchestrator) && \($0)" } ?? orchestrator
    }

    /// A namespace selector over the labels of the namespaces themselves; empty is every namespace.
    static func calicoNamespaces(_ selector: LabelSelector) -> String { terms(selector) ?? "all()" }

    /// A namespace selector over what the objects of the namespaces inherit.
    static func namespaces(_ selector: LabelSelector) -> String {
        SelectorTexts.namespaced(SelectorTexts.parse(calicoNamespaces(selector)))
    }

    /// Terms joined by `&&`; `nil` for the empty selector.
    private static func terms(_ selector: LabelSelector) -> String? {
        let labels = selector.matchLabels.flatMap { requirement in
            requirement.values.map { "\(requirement.key) == \(SelectorTexts.literal($0))" }
        }
        let expressions = selector.matchExpressions.map { requirement in
            let values = requirement.values.map(SelectorTexts.literal).joined(separator: ", ")
            return switch requirement.op {
            case .in: "\(requirement.key) in { \(values) }"
            case .notIn: "\(requirement.key) not in { \(values) }"
            case .exists: "has(\(requirement.key))"
            case .doesNotExist: "! has(\(requirement.key))"
            }
        }
        let texts = labels + expressions
        return texts.isEmpty ? nil : texts.joined(separator: " && ")
    }
}

/// The same as drafts: the quick way to what the texts say.
enum LabelSelectorDrafts {
    static func pods(_ selector: LabelSelector?) -> SelectorDraft {
        .conjunction([.equals(WellKnownLabels.orchestrator, "k8s")] + (selector.map(terms) ?? []))
    }

    static func namespaces(_ selector: LabelSelector) -> SelectorDraft {
        let terms = terms(selector)
        let namespaces = terms.isEmpty ? SelectorDraft.all : .conjunction(terms)
        return namespaces.prefixed("pcns.").replacingAll(byPresenceOf: WellKnownLabels.namespace)
    }

    private static func terms(_ selector: LabelSelector) -> [SelectorDraft] {
        let labels = selector.matchLabels.flatMap { requirement in
            requirement.values.map { SelectorDraft.equals(requirement.key, $0) }
        }
        return labels
            + selector.matchExpressions.map { requirement in
                switch requirement.op {
                case .in: .isIn(requirement.key, requirement.values)
                case .notIn: .isNotIn(requirement.key, requirement.values)
                case .exists: .has(requirement.key)
                case .doesNotExist: .lacks(requirement.key)
                }
            }
    }
}

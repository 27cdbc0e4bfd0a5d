import Selectors

/// Labels that Calico itself sets.
enum WellKnownLabels {
    static let namespace = "projectcalico.org/namespace"
    static let serviceAccount = "projectcalico.org/serviceaccount"
    static let orchestrator = "projectcalico.org/orchestrator"
    /// Becomes `pcns.projectcalico.org/name` and `pcsa.projectcalico.org/name`.
    static let name = "projectcalico.org/name"
    static let kubernetesName = "kubernetes.io/metadata.name"
}

/// Joining selectors the way Felix does: as text (calico.md 1.3, 3.2), so that its traps are ours (T59).
enum SelectorTexts {
    /// Parses a text built from canonical parts. Such a text is always a selector, except where a text replacement
    /// broke a string literal; what no longer parses selects nothing, as an object that Felix refuses.
    static func parse(_ text: String) -> Selector {
        (try? Selector(parsing: text)) ?? .nothing
    }

    /// What the text says, by way of a draft of it where that is sure to be the same.
    static func selector(_ draft: SelectorDraft, text: () -> String) -> Selector {
        draft.readsAsText ? draft.selector : parse(text())
    }

    /// The conjunction of the parts that are there; `nil` when none is.
    static func and(_ parts: [SelectorDraft?]) -> SelectorDraft? {
        let present = parts.compactMap { $0 }
        return present.first.map { first in present.dropFirst().reduce(first) { $0.and($1) } }
    }

    /// The conjunction of the parts that are there; `nil` when none is.
    static func and(_ parts: [String?]) -> String? {
        let present = parts.compactMap { $0 }
        guard let first = present.first else { return nil }
        return present.dropFirst().reduce(first) { "(\($0)) && (\($1))" }
    }

    /// A namespaceSelector of a rule: labels prefixed, `all()` restricted to namespaced objects.
    static func namespaced(_ selector: Selector) -> String {
        selector.prefixed("pcns.").canonicalText.replacing("all()", with: "has(\(WellKnownLabels.namespace))")
    }

    /// A string as a selector literal, quoted with whichever quote it does not hold.
    static func literal(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "'")) ? "\"\(text)\"" : "'\(text)'"
    }
}

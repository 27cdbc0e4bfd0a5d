import Diagnostics
import NetTypes
import Resources
import Selectors

/// NetworkPolicy, GlobalNetworkPolicy and Profile → resolved policies.
enum PolicyResolution {
    static func resolve(_ policy: CalicoPolicy) -> ResolvedPolicy {
        let name = name(of: policy)
        let namespace = name.namespace
        let scoping = RuleScoping(namespace: namespace)
        return ResolvedPolicy(
            name: name,
            order: policy.order,
            selector: effectiveSelector(policy, namespace: namespace),
            stages: stages(policy),
            isStaged: policy.stagedAction != nil,
            governsIngress: policy.governsIngress,
            governsEgress: policy.governsEgress,
            ingress: policy.ingress.enumerated().map { scoping.resolve($1, index: $0) },
            egress: policy.egress.enumerated().map { scoping.resolve($1, index: $0) },
            location: policy.meta.location)
    }

    static func name(of policy: CalicoPolicy) -> PolicyName {
        PolicyName(
            kind: kind(policy), namespace: policy.isGlobal ? nil : policy.meta.namespace, name: policy.meta.name)
    }

    private static func kind(_ policy: CalicoPolicy) -> PolicyName.Kind {
        switch (policy.isGlobal, policy.stagedAction != nil) {
        case (true, false): .globalNetworkPolicy
        case (true, true): .stagedGlobalNetworkPolicy
        case (false, false): .networkPolicy
        case (false, true): .stagedNetworkPolicy
        }
    }

    private static func stages(_ policy: CalicoPolicy) -> Set<PolicyStage> {
        if policy.doNotTrack { return [.untracked] }
        if policy.preDNAT { return [.preDNAT] }
        return policy.applyOnForward ? [.normal, .forward] : [.normal]
    }

    static func effectiveSelector(_ policy: CalicoPolicy, namespace: String?) -> Selector {
        SelectorTexts.selector(effectiveDraft(policy, namespace: namespace) ?? .all) {
            effectiveText(policy, namespace: namespace)
        }
    }

    /// What `effectiveText` says; `nil` of an empty text.
    private static func effectiveDraft(_ policy: CalicoPolicy, namespace: String?) -> SelectorDraft? {
        var draft = policy.selector.map { SelectorDraft($0.value) }
        if let namespace {
            draft = SelectorTexts.and([draft, .equals(WellKnownLabels.namespace, namespace)])
        }
        if let namespaces = policy.namespaceSelector {
            draft = SelectorTexts.and([draft, SelectorDraft(namespaces.value).prefixed("pcns.")])?
                .replacingAll(byPresenceOf: WellKnownLabels.namespace)
        }
        if let accounts = policy.serviceAccountSelector {
            draft = SelectorTexts.and([draft, SelectorDraft(accounts.value).prefixed("pcsa.")])
            if namespace == nil { draft = draft?.replacingAll(byPresenceOf: WellKnownLabels.serviceAccount) }
        }
        return draft
    }

    /// The text of calico.md 1.3. Each step works on the text so far, the replacement of `all()` included.
    private static func effectiveText(_ policy: CalicoPolicy, namespace: String?) -> String {
        var text = policy.selector?.value.canonicalText ?? ""
        if let namespace {
            let scope = "\(WellKnownLabels.namespace) == '\(namespace)'"
            text = text.isEmpty ? scope : "(\(text)) && \(scope)"
        }
        if let namespaces = policy.namespaceSelector {
            text = joined(text, namespaces.value.prefixed("pcns."), allBecomes: WellKnownLabels.namespace)
        }
        if let accounts = policy.serviceAccountSelector {
            let prefixed = accounts.value.prefixed("pcsa.")
            text =
                namespace == nil
                ? joined(text, prefixed, allBecomes: WellKnownLabels.serviceAccount)
                : "(\(text)) && (\(prefixed.canonicalText))"
        }
        return text
    }

    private static func joined(_ text: String, _ part: Selector, allBecomes label: String) -> String {
        let both = text.isEmpty ? part.canonicalText : "(\(text)) && (\(part.canonicalText))"
        return both.replacing("all()", with: "has(\(label))")
    }

    static func resolve(_ profile: Profile) -> ResolvedProfile {
        let scoping = RuleScoping(namespace: nil)
        return ResolvedProfile(
            name: profile.meta.name,
            ingress: profile.ingress.enumerated().map { scoping.resolve($1, index: $0) },
            egress: profile.egress.enumerated().map { scoping.resolve($1, index: $0) },
            labels: profile.labelsToApply,
            location: profile.meta.location)
    }
}

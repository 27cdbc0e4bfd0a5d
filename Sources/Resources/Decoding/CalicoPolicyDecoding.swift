import Diagnostics
import ManifestReading
import Selectors

extension KindDefinition {
    static let calicoNetworkPolicy = KindDefinition(
        APIGroup.calico, ["v3"], "NetworkPolicy", isNamespaced: true, nameRule: .calicoPolicy, hasStorageForm: true,
        consequence: .policyConsequence,
        schema: .resource([.used("spec", .calicoPolicySpec, refusesUnknown: true)])
    ) { root, meta in
        root["spec"].object(ifAbsent: .empty).map {
            .calicoPolicy(CalicoPolicyDecoder(spec: $0, isGlobal: false).decode(meta))
        }
    }

    static let globalNetworkPolicy = KindDefinition(
        APIGroup.calico, ["v3"], "GlobalNetworkPolicy", isNamespaced: false, nameRule: .calicoPolicy,
        hasStorageForm: true, consequence: .policyConsequence,
        schema: .resource([.used("spec", .globalPolicySpec, refusesUnknown: true)])
    ) { root, meta in
        root["spec"].object(ifAbsent: .empty).map {
            .calicoPolicy(CalicoPolicyDecoder(spec: $0, isGlobal: true).decode(meta))
        }
    }
}

/// Decodes `spec` of NetworkPolicy and GlobalNetworkPolicy, and what their staged forms share with them
/// (calico.md 1.3).
struct CalicoPolicyDecoder {
    private enum PerformanceHint: String, CaseIterable {
        case assumeNeededOnEveryNode = "AssumeNeededOnEveryNode"
    }

    let spec: ObjectDecoder
    let isGlobal: Bool

    func decode(_ meta: ObjectMeta) -> CalicoPolicy {
        let tier = spec["tier"].nonEmptyString() ?? "default"
        var policy = CalicoPolicy(meta: meta, isGlobal: isGlobal, tier: Located(tier, at: spec["tier"].location))
        policy.order = spec["order"].number()
        policy.selector = subjectSelector("selector")
        policy.serviceAccountSelector = subjectSelector("serviceAccountSelector")
        if isGlobal { policy.namespaceSelector = subjectSelector("namespaceSelector") }
        policy.ingress = rules("ingress", .ingress)
        policy.egress = rules("egress", .egress)
        applyTypes(to: &policy)
        for hint in spec["performanceHints"].distinctStrings() {
            _ = hint.field.requiredChoice(PerformanceHint.allCases)
        }
        if isGlobal { decodeHostFields(&policy) }
        warnAboutEffect(policy)
        return policy
    }

    private func subjectSelector(_ name: String) -> Located<Selector>? {
        spec[name].selector(global: .forbidden, limit: Field.policySelectorLimit)
    }

    private func rules(_ name: String, _ direction: CalicoRuleDecoder.Direction) -> [CalicoRule] {
        CalicoRuleDecoder(direction: direction, container: isGlobal ? .globalPolicy : .namespacedPolicy)
            .rules(spec[name])
    }

    /// `types`, or its default: by the rules that are there (calico.md 1.4, row 1); in the storage form, which the API
    /// has already defaulted, both directions (row 3).
    private func applyTypes(to policy: inout CalicoPolicy) {
        if let types = PolicyDirections.decode(spec["types"], duplicatesAllowed: false) {
            policy.governsIngress = types.ingress
            policy.governsEgress = types.egress
        } else if spec.field.log.dialect.isStorageForm {
            policy.governsIngress = true
            policy.governsEgress = true
        } else {
            policy.governsIngress = !policy.ingress.isEmpty || policy.egress.isEmpty
            policy.governsEgress = !policy.egress.isEmpty
        }
    }

    private func decodeHostFields(_ policy: inout CalicoPolicy) {
        policy.applyOnForward = spec["applyOnForward"].bool() ?? false
        policy.preDNAT = spec["preDNAT"].bool() ?? false
        policy.doNotTrack = spec["doNotTrack"].bool() ?? false
        if policy.preDNAT, policy.doNotTrack {
            spec["preDNAT"].error(.preDNATAndUntracked, notes: [spec["doNotTrack"].note("doNotTrack is true")])
        }
        if policy.preDNAT || policy.doNotTrack, !policy.applyOnForward {
            let cause = spec[policy.preDNAT ? "preDNAT" : "doNotTrack"]
            spec["applyOnForward"].error(.needsApplyOnForward, notes: [cause.note("needs applyOnForward")])
        }
        guard policy.preDNAT else { return }
        let note = spec["preDNAT"].note("preDNAT is true")
        if !policy.egress.isEmpty { spec["egress"].error(.preDNATForbids("any egress rules"), notes: [note]) }
        if spec["types"].isPresent, policy.governsEgress {
            spec["types"].error(.preDNATForbids("'Egress' type"), notes: [note])
        }
    }

    /// Warns where the policy does less, or more, than its text suggests.
    private func warnAboutEffect(_ policy: CalicoPolicy) {
        if !spec.field.isPresent || spec.field.node?.count == 0 {
            let subject =
                policy.meta.namespace.map { "all pods of namespace \($0)" } ?? "all pods and host endpoints"
            spec.field.warning(.emptyPolicySpec(subject: subject))
        }
        if !policy.ingress.isEmpty, !policy.governsIngress {
            spec["ingress"].warning(.inertRules("Ingress", list: "types"))
        }
        if !policy.egress.isEmpty, !policy.governsEgress {
            spec["egress"].warning(.inertRules("Egress", list: "types"))
        }
    }
}

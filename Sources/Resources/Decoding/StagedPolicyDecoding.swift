import ManifestReading

extension KindDefinition {
    static let stagedNetworkPolicy = KindDefinition(
        APIGroup.calico, ["v3"], "StagedNetworkPolicy", isNamespaced: true, nameRule: .calicoPolicy,
        hasStorageForm: true, consequence: .stagedConsequence,
        schema: .resource([.used("spec", .stagedPolicySpec, refusesUnknown: true)])
    ) { root, meta in StagedPolicyDecoder(field: root["spec"]).calico(meta, isGlobal: false) }

    static let stagedGlobalNetworkPolicy = KindDefinition(
        APIGroup.calico, ["v3"], "StagedGlobalNetworkPolicy", isNamespaced: false, nameRule: .calicoPolicy,
        hasStorageForm: true, consequence: .stagedConsequence,
        schema: .resource([.used("spec", .stagedGlobalPolicySpec, refusesUnknown: true)])
    ) { root, meta in StagedPolicyDecoder(field: root["spec"]).calico(meta, isGlobal: true) }

    static let stagedKubernetesNetworkPolicy = KindDefinition(
        APIGroup.calico, ["v3"], "StagedKubernetesNetworkPolicy", isNamespaced: true, hasStorageForm: true,
        consequence: .stagedConsequence,
        schema: .resource([.used("spec", .stagedKubernetesPolicySpec, refusesUnknown: true)])
    ) { root, meta in StagedPolicyDecoder(field: root["spec"]).kubernetes(meta) }
}

extension String {
    fileprivate static let stagedConsequence = "the whole staged policy is refused: no preview shows it"
}

/// Decodes the staged kinds: their enforced counterpart and `stagedAction` (calico.md 1.6).
struct StagedPolicyDecoder {
    let field: Field

    func calico(_ meta: ObjectMeta, isGlobal: Bool) -> DecodedObject? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let action = action(spec)
        var policy = CalicoPolicyDecoder(spec: spec, isGlobal: isGlobal).decode(meta)
        policy.stagedAction = action
        if action == .delete { checkEmpty(spec, except: ["stagedAction", "tier"]) }
        return .calicoPolicy(policy)
    }

    func kubernetes(_ meta: ObjectMeta) -> DecodedObject? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let action = action(spec)
        if action == .delete { checkEmpty(spec, except: ["stagedAction"]) }
        return .kubernetesPolicy(.decode(spec, meta, stagedAction: action))
    }

    private func action(_ spec: ObjectDecoder) -> CalicoPolicy.StagedAction {
        let field = spec["stagedAction"]
        if field.node?.scalarType == .string, field.node?.text == "" { return .set }
        return field.choice([.set, .delete, .learn, .ignore]) ?? .set
    }

    private func checkEmpty(_ spec: ObjectDecoder, except allowed: Set<String>) {
        let written = spec.presentFields.filter { !allowed.contains($0.name) && !Self.isZero($0.field) }
        guard !written.isEmpty else { return }
        spec["stagedAction"].error(
            .deleteNeedsEmptySpec, notes: written.map { $0.field.note("must be absent") })
    }

    /// Whether the field holds Go's zero value, as if it were absent.
    private static func isZero(_ field: Field) -> Bool {
        guard let node = field.node else { return true }
        switch node.kind {
        case .scalar: return node.text.isEmpty || node.boolValue == false
        case .sequence: return false
        case .mapping: return node.count == 0
        }
    }
}

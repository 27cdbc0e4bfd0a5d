import ManifestReading

extension KindDefinition {
    static let profile = KindDefinition(
        APIGroup.calico, ["v3"], "Profile", isNamespaced: false,
        consequence: "the profile is refused: endpoints that list it are denied at its place",
        schema: .resource([
            .used(
                "spec",
                ObjectSchema([
                    .used("ingress", .calicoRule), .used("egress", .calicoRule), .used("labelsToApply"),
                ]), refusesUnknown: true)
        ])
    ) { root, meta in
        root["spec"].object(ifAbsent: .empty).map { spec in
            .profile(
                Profile(
                    meta: meta,
                    ingress: CalicoRuleDecoder(direction: .ingress, container: .profile).rules(spec["ingress"]),
                    egress: CalicoRuleDecoder(direction: .egress, container: .profile).rules(spec["egress"]),
                    labelsToApply: spec["labelsToApply"].labels()))
        }
    }
}

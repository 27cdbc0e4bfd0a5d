import NetTypes

/// NetworkPolicies, GlobalNetworkPolicies and Profiles of projectcalico.org/v3.
struct CalicoPolicyGenerator {
    let vocabulary: Vocabulary

    private static let version = "projectcalico.org/v3"

    /// Where host endpoints judge a policy (calico.md 4.4).
    private enum HostKind {
        case normal
        case forward
        case preDNAT
        case untracked
    }

    /// - Parameter name: unique within its kind and namespace.
    func policy(_ name: String, isGlobal: Bool, namespace: String, _ dice: inout Dice) -> ManifestValue {
        let rules = RuleGenerator(vocabulary, in: isGlobal ? .globalPolicy : .namespacedPolicy)
        let selectors = SelectorGenerator(vocabulary: vocabulary)
        let tier = dice.pick(vocabulary.tiers).name
        let kind: HostKind =
            isGlobal ? dice.weighted([(6, .normal), (3, .forward), (2, .preDNAT), (2, .untracked)]) : .normal
        let types: [ManifestValue]? =
            kind == .preDNAT
            ? dice.maybe(50) { _ in [.text("Ingress")] }
            : dice.weighted([
                (5, nil), (1, []), (3, [.text("Ingress")]), (3, [.text("Egress")]),
                (6, [.text("Ingress"), .text("Egress")]), (1, [.text("Egress"), .text("Ingress")]),
            ])
        let isStaged = dice.chance(8)
        return .document(
            Self.version, (isStaged ? "Staged" : "") + (isGlobal ? "GlobalNetworkPolicy" : "NetworkPolicy"), name,
            namespace: isGlobal ? nil : namespace,
            [
                "spec": .object([
                    "stagedAction": dice.maybe(isStaged ? 70 : 0) { .text($0.pick(["Set", "Learn", "Ignore"])) },
                    "tier": tier == "default" && dice.chance(60) ? nil : .text(tier),
                    "order": order(&dice),
                    "selector": dice.maybe(75) { dice in
                        .text(dice.chance(35) ? "all()" : selectors.text(.endpoints, &dice))
                    },
                    "namespaceSelector": dice.maybe(isGlobal ? 20 : 0) { .text(selectors.text(.namespaces, &$0)) },
                    "serviceAccountSelector": dice.maybe(8) { .text(selectors.text(.accounts, &$0)) },
                    "applyOnForward": kind == .normal
                        ? dice.maybe(isGlobal ? 5 : 0) { _ in .truth(false) } : .truth(true),
                    "doNotTrack": kind == .untracked ? .truth(true) : nil,
                    "preDNAT": kind == .preDNAT ? .truth(true) : nil,
                    "types": types.map { .list($0) },
                    "ingress": dice.maybe(75) { rules.rules(.ingress, &$0) },
                    "egress": dice.maybe(kind == .preDNAT ? 0 : 65) { rules.rules(.egress, &$0) },
                    "performanceHints": dice.maybe(3) { _ in .texts(["AssumeNeededOnEveryNode"]) },
                ])
            ])
    }

    /// Equal orders and none are as likely as others: names decide then (T13, T14).
    private func order(_ dice: inout Dice) -> ManifestValue? {
        dice.weighted([
            (5, nil), (4, .plain("10")), (2, .plain("1000")), (1, .plain("999.5")), (1, .plain("0")),
            (1, .plain("-3")), (1, .plain("1e9")),
        ])
    }

    func profile(_ name: String, _ dice: inout Dice) -> ManifestValue {
        let rules = RuleGenerator(vocabulary, in: .profile)
        return .document(
            Self.version, "Profile", name,
            [
                "spec": .object([
                    "ingress": dice.maybe(75) { rules.rules(.ingress, &$0) },
                    "egress": dice.maybe(75) { rules.rules(.egress, &$0) },
                    "labelsToApply": dice.maybe(50) { .labels(VocabularyGenerator.labels(&$0)) },
                ])
            ])
    }

    func tier(_ name: String, _ dice: inout Dice) -> ManifestValue {
        .document(
            Self.version, "Tier", name,
            [
                "spec": .object([
                    "order": dice.weighted([(3, nil), (3, .plain("100")), (2, .plain("200")), (1, .plain("1000000"))]),
                    "defaultAction": dice.weighted([(2, nil), (2, .text("Deny")), (6, .text("Pass"))]),
                ])
            ])
    }

    /// A NetworkSet or GlobalNetworkSet; nets may have host bits and overlap pods.
    func networkSet(_ name: String, isGlobal: Bool, namespace: String, _ dice: inout Dice) -> ManifestValue {
        let addresses = vocabulary.pods.flatMap(\.addresses).map(\.description)
        let candidates = vocabulary.blocks.map(\.description) + addresses + ["10.0.0.5/24", "fd00::5/64"]
        let nets = dice.some(Array(Set(candidates)).sorted(), 0...5)
        let reserved: [Label] = dice.chance(8) ? [("pcns.env", "prod")] : []
        return .document(
            Self.version, isGlobal ? "GlobalNetworkSet" : "NetworkSet", name, namespace: isGlobal ? nil : namespace,
            labels: VocabularyGenerator.labels(&dice) + reserved, ["spec": .object(["nets": .texts(nets)])])
    }
}

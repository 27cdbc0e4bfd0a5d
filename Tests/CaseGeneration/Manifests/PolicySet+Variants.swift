/// Other manifests that must mean the same.
extension PolicySet {
    /// The documents in another order.
    public func shuffled(seed: UInt64) -> PolicySet {
        var dice = Dice(seed: seed)
        return PolicySet(documents: dice.shuffled(documents))
    }

    /// The keys of every mapping in another order.
    public func withShuffledKeys(seed: UInt64) -> PolicySet {
        var dice = Dice(seed: seed)
        return PolicySet(documents: documents.map { $0.withShuffledKeys(&dice) })
    }

    /// With policies that select nobody, a tier of such policies, and a pod of a namespace of its own at
    /// `PolicySet.unrelatedAddress`.
    public func withUnrelatedObjects() -> PolicySet {
        let deny = ManifestValue.list([.object(["action": .text("Deny")])])
        let nobody = ManifestValue.text("no-such-label == \"yes\"")
        func spec(_ tier: String?) -> ManifestValue {
            .object([
                "tier": tier.map { .text($0) }, "order": .number(0), "selector": nobody,
                "types": .texts(["Ingress", "Egress"]), "ingress": deny, "egress": deny,
            ])
        }
        let calico = "projectcalico.org/v3"
        let added: [ManifestValue] = [
            .document(calico, "Tier", "aaa", ["spec": .object(["order": .number(1)])]),
            .document(calico, "GlobalNetworkPolicy", "unrelated", ["spec": spec(nil)]),
            .document(calico, "GlobalNetworkPolicy", "aaa.unrelated", ["spec": spec("aaa")]),
            .document(calico, "NetworkPolicy", "unrelated", namespace: "nowhere", ["spec": spec(nil)]),
            .document(
                "networking.k8s.io/v1", "NetworkPolicy", "unrelated", namespace: "nowhere",
                ["spec": .object(["podSelector": .object([:])])]),
            .document(
                "v1", "Pod", "unrelated", namespace: "nowhere",
                [
                    "spec": .object(["nodeName": .text("n1")]),
                    "status": .object(["podIP": .text(Self.unrelatedAddress)]),
                ]),
        ]
        return PolicySet(documents: documents + added)
    }

    /// No generated packet has it but by the rarest chance.
    public static let unrelatedAddress = "100.99.98.97"

    /// With a copy of every policy behind it in its tier: what reaches the copy has not matched the original.
    ///
    /// Copies have `suffix` behind their names. `0` follows `/`, so that the text `name/namespace/kind` of a copy comes
    /// right behind the original's (T13).
    public func withCopiedPolicies() -> PolicySet {
        let policies = documents.filter { document in
            let kind = document["kind"]?.string ?? ""
            // There is only one BaselineAdminNetworkPolicy.
            return kind.hasSuffix("NetworkPolicy") && kind != "BaselineAdminNetworkPolicy"
        }
        return PolicySet(documents: documents + policies.map { $0.renamed { $0 + Self.copySuffix } })
    }

    public static let copySuffix = "0"
}

extension ManifestValue {
    fileprivate func withShuffledKeys(_ dice: inout Dice) -> ManifestValue {
        switch self {
        case .text, .plain: self
        case .list(let elements): .list(elements.map { $0.withShuffledKeys(&dice) })
        case .map(let fields):
            .map(
                dice.shuffled(fields).map { field in
                    Field(key: field.key, value: field.value.withShuffledKeys(&dice))
                })
        }
    }
}

import NetTypes

/// networking.k8s.io/v1 NetworkPolicies: peers of all forms, port ranges, named ports, exceptions.
struct KubernetesPolicyGenerator {
    let vocabulary: Vocabulary
    private let selectors: LabelSelectorGenerator

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        selectors = LabelSelectorGenerator(vocabulary: vocabulary)
    }

    func policy(_ name: String, namespace: String, _ dice: inout Dice) -> ManifestValue {
        let types: [String]? = dice.weighted([
            (4, nil), (3, ["Ingress"]), (2, ["Egress"]), (4, ["Ingress", "Egress"]),
        ])
        return .document(
            "networking.k8s.io/v1", "NetworkPolicy", name, namespace: namespace,
            [
                "spec": .object([
                    "podSelector": dice.chance(40) ? .object([:]) : selectors.pods(&dice),
                    "policyTypes": types.map { .texts($0) },
                    "ingress": dice.maybe(75) { rules("from", &$0) }, "egress": dice.maybe(55) { rules("to", &$0) },
                ])
            ])
    }

    private func rules(_ peers: String, _ dice: inout Dice) -> ManifestValue {
        .list(
            dice.list(0...3) { dice in
                var fields: [ManifestValue.Field] = []
                if dice.chance(80) {
                    fields.append(ManifestValue.Field(key: peers, value: .list(dice.list(0...3, peer))))
                }
                if dice.chance(60) {
                    let ports = dice.chance(15) ? bothProtocols(&dice) : dice.list(0...4, port)
                    fields.append(ManifestValue.Field(key: "ports", value: .list(ports)))
                }
                return .map(fields)
            })
    }

    // MARK: Peers

    private func peer(_ dice: inout Dice) -> ManifestValue {
        switch dice.number(0...9) {
        case 0...2: block(&dice)
        case 3...5: .object(["podSelector": selectors.pods(&dice)])
        case 6...7: .object(["namespaceSelector": selectors.namespaces(&dice)])
        default:
            .object([
                "podSelector": selectors.pods(&dice),
                "namespaceSelector": selectors.namespaces(&dice),
            ])
        }
    }

    /// Exceptions lie strictly inside.
    private func block(_ dice: inout Dice) -> ManifestValue {
        let outer = dice.pick(vocabulary.blocks)
        let inner = vocabulary.blocks.filter { outer.contains($0) && $0.length > outer.length }
        return .object([
            "ipBlock": .object([
                "cidr": .text("\(outer)"),
                "except": inner.isEmpty ? nil : dice.maybe(50) { .texts($0.some(inner, 1...3).map { "\($0)" }) },
            ])
        ])
    }

    // MARK: Ports

    /// One port by two protocols, as for DNS.
    private func bothProtocols(_ dice: inout Dice) -> [ManifestValue] {
        let number = dice.pick(Words.ports)
        return ["TCP", "UDP"].map { .object(["protocol": .text($0), "port": .number(number)]) }
    }

    /// `endPort` goes with a number alone.
    private func port(_ dice: inout Dice) -> ManifestValue {
        let ends = [dice.pick(Words.ports), dice.pick(Words.ports)].sorted()
        let proto: ManifestValue? = dice.maybe(70) { .text($0.pick(["TCP", "UDP", "SCTP"])) }
        return switch dice.number(0...9) {
        case 0...4: .object(["protocol": proto, "port": .number(ends[0])])
        case 5...6: .object(["protocol": proto, "port": .number(ends[0]), "endPort": .number(ends[1])])
        case 7...8: .object(["protocol": proto, "port": .text(dice.pick(Words.rulePortNames))])
        default: .object(["protocol": proto])
        }
    }
}

import NetTypes

/// networking.k8s.io/v1 NetworkPolicies: peers of all forms, port ranges, named ports, exceptions.
struct KubernetesPolicyGenerator {
    let vocabulary: Vocabulary

    func policy(_ name: String, namespace: String, _ dice: inout Dice) -> ManifestValue {
        let types: [String]? = dice.weighted([
            (4, nil), (3, ["Ingress"]), (2, ["Egress"]), (4, ["Ingress", "Egress"]),
        ])
        return .document(
            "networking.k8s.io/v1", "NetworkPolicy", name, namespace: namespace,
            [
                "spec": .object([
                    "podSelector": dice.chance(40) ? .object([:]) : labelSelector(Words.labelKeys, &dice),
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
                    fields.append(ManifestValue.Field(key: "ports", value: .list(dice.list(0...4, port))))
                }
                return .map(fields)
            })
    }

    // MARK: Peers

    private func peer(_ dice: inout Dice) -> ManifestValue {
        let namespaceKeys = Words.labelKeys + ["kubernetes.io/metadata.name"]
        return switch dice.number(0...9) {
        case 0...2: block(&dice)
        case 3...5: .object(["podSelector": labelSelector(Words.labelKeys, &dice)])
        case 6...7: .object(["namespaceSelector": labelSelector(namespaceKeys, &dice)])
        default:
            .object([
                "podSelector": labelSelector(Words.labelKeys, &dice),
                "namespaceSelector": labelSelector(namespaceKeys, &dice),
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

    private func labelSelector(_ keys: [String], _ dice: inout Dice) -> ManifestValue {
        .object([
            "matchLabels": dice.maybe(50) { matchLabels(keys, &$0) },
            "matchExpressions": dice.maybe(40) { dice in .list(dice.list(0...2) { expression(keys, &$0) }) },
        ])
    }

    /// Often labels that some pod has.
    private func matchLabels(_ keys: [String], _ dice: inout Dice) -> ManifestValue {
        .labels(
            dice.some(keys, 0...2).map { key in
                let values = vocabulary.pods.flatMap(\.labels).filter { $0.key == key }.map(\.value)
                if let value = dice.pickIfAny(values), dice.chance(70) { return (key, value) }
                let isName = key.hasSuffix("metadata.name")
                return (key, isName ? dice.pick(vocabulary.namespaces).name : dice.pick(Words.labelValues))
            })
    }

    private func expression(_ keys: [String], _ dice: inout Dice) -> ManifestValue {
        let op = dice.pick(["In", "NotIn", "Exists", "DoesNotExist"])
        return .object([
            "key": .text(dice.pick(keys)), "operator": .text(op),
            "values": op.hasSuffix("In") ? .texts(dice.some(Words.labelValues, 1...3)) : nil,
        ])
    }

    // MARK: Ports

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

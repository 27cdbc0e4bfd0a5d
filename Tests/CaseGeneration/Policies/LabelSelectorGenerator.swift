/// Kubernetes label selectors.
struct LabelSelectorGenerator {
    let vocabulary: Vocabulary

    func pods(_ dice: inout Dice) -> ManifestValue { selector(Words.labelKeys, &dice) }

    func namespaces(_ dice: inout Dice) -> ManifestValue {
        selector(Words.labelKeys + ["kubernetes.io/metadata.name"], &dice)
    }

    private func selector(_ keys: [String], _ dice: inout Dice) -> ManifestValue {
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
}

/// Calico selectors as people write them, and as they don't.
struct SelectorGenerator {
    /// What the selector is applied to, hence which labels it may meet.
    enum Subject {
        case endpoints
        case namespaces
        case accounts
    }

    let vocabulary: Vocabulary

    /// - Parameter allowsGlobal: `global()`, true like `all()` here, may occur anywhere.
    func text(_ subject: Subject, _ dice: inout Dice, allowsGlobal: Bool = false) -> String {
        dice.weighted([(6, 0), (5, 1), (2, 2)]) == 0
            ? operation(subject, &dice, allowsGlobal) : group(subject, &dice, allowsGlobal, depth: 1)
    }

    private func group(_ subject: Subject, _ dice: inout Dice, _ allowsGlobal: Bool, depth: Int) -> String {
        let parts = dice.list(2...3) { dice in
            guard depth < 2, dice.chance(25) else { return operation(subject, &dice, allowsGlobal) }
            let not = dice.chance(40) ? "!" : ""
            return "\(not)(\(group(subject, &dice, allowsGlobal, depth: depth + 1)))"
        }
        return parts.joined(separator: dice.pick([" && ", " || ", "&&"]))
    }

    private func operation(_ subject: Subject, _ dice: inout Dice, _ allowsGlobal: Bool) -> String {
        if dice.chance(45), let label = dice.pickIfAny(labels(subject)) {
            return "\(label.key) \(dice.pick(["==", "==", "!="])) \(quoted(label.value, &dice))"
        }
        let key = dice.pick(keys(subject))
        let text: String =
            switch dice.number(0...19) {
            case 0...6: "\(key) \(dice.pick(["==", "!="])) \(value(key, &dice))"
            case 7...9: "has(\(key))"
            case 10...13:
                "\(key) \(dice.pick(["in", "not in"])) { \(dice.list(0...3) { value(key, &$0) }.joined(separator: ",")) }"
            case 14: "\(key) contains \(value(key, &dice))"
            case 15: "\(key) starts with \(value(key, &dice))"
            case 16: "\(key) ends with \(value(key, &dice))"
            case 17...18: "all()"
            default: allowsGlobal ? "global()" : "\(key) == \"all()\""
            }
        return dice.chance(12) ? "!" + text : text
    }

    private func keys(_ subject: Subject) -> [String] {
        switch subject {
        case .endpoints:
            Words.labelKeys + Words.labelKeys + [
                "projectcalico.org/namespace", "projectcalico.org/orchestrator", "projectcalico.org/serviceaccount",
                "pcns.env", "pcsa.team", "pcns.projectcalico.org/name",
            ]
        case .namespaces: Words.labelKeys + ["projectcalico.org/name", "kubernetes.io/metadata.name"]
        case .accounts: Words.labelKeys + ["projectcalico.org/name"]
        }
    }

    private func value(_ key: String, _ dice: inout Dice) -> String {
        var values = Words.labelValues
        if key.hasSuffix("/namespace") || key.hasSuffix("/name") || key.hasSuffix("metadata.name") {
            values = vocabulary.namespaces.map(\.name) + Words.accounts
        }
        if key.hasSuffix("/orchestrator") { values = ["k8s", "cni"] }
        return quoted(dice.chance(3) ? dice.pick(["all()", "it's", "a\"b"]) : dice.pick(values), &dice)
    }

    /// Labels that some subject has.
    private func labels(_ subject: Subject) -> [Label] {
        switch subject {
        case .endpoints: vocabulary.pods.flatMap(\.labels)
        case .namespaces: vocabulary.namespaces.flatMap(\.labels)
        case .accounts: vocabulary.accounts.flatMap(\.labels)
        }
    }

    private func quoted(_ value: String, _ dice: inout Dice) -> String {
        let quote = value.contains("\"") ? "'" : value.contains("'") ? "\"" : dice.pick(["'", "\""])
        return quote + value + quote
    }
}

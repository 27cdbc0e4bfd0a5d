import Diagnostics
import ManifestReading
import Selectors

extension Field {
    /// This map as labels; keys and values as the API server checks them.
    func labels() -> Labels {
        let entries = stringMap()
        for entry in entries {
            if !APIName.isQualifiedName(entry.key) {
                for problem in APIName.qualifiedNameProblems(entry.key).prefix(1) {
                    at(entry.keyNode).error(.invalidValue(entry.key, problem))
                }
            }
            for problem in APIName.labelValueProblems(entry.value).prefix(1) {
                at(entry.valueNode).error(.invalidValue(entry.value, problem))
            }
        }
        return Labels(entries.lazy.map { (key: $0.key, value: $0.value) })
    }

    /// This map as annotations: keys like label keys, but in any letter case; 256 KiB in all. All are checked; the result
    /// has those that `isKept` takes.
    func annotations(keeping isKept: (String) -> Bool = { _ in true }) -> [String: String] {
        let limit = 256 << 10
        var result: [String: String] = [:]
        var size = 0
        for entry in stringMap() {
            if !APIName.isQualifiedName(entry.key) {
                for problem in APIName.qualifiedNameProblems(entry.key.lowercased()).prefix(1) {
                    at(entry.keyNode).error(.invalidValue(entry.key, problem))
                }
            }
            size += entry.key.utf8.count + entry.value.utf8.count
            if isKept(entry.key) { result[entry.key] = entry.value }
        }
        if size > limit { error(.tooLong(limit: limit)) }
        return result
    }

    /// This mapping as metav1.LabelSelector (kubernetes.md 3); `nil` when absent.
    func labelSelector() -> LabelSelector? {
        guard let object = object() else { return nil }
        let labels = object["matchLabels"].labels()
        let expressions = object["matchExpressions"].objects().compactMap(LabelSelector.Requirement.init(decoding:))
        return LabelSelector(matchLabels: labels.pairs, matchExpressions: expressions)
    }
}

extension ObjectSchema {
    static let labelSelector = ObjectSchema(
        [.used("matchLabels"), .used("matchExpressions", matchExpression)],
        knownMistakes: ["matchLabel": "the field is matchLabels", "app": "labels go below matchLabels"])

    private static let matchExpression = ObjectSchema([.used("key"), .used("operator"), .used("values")])
}

extension LabelSelector.Requirement {
    fileprivate init?(decoding object: ObjectDecoder) {
        let key = object["key"].string() ?? ""
        for problem in APIName.qualifiedNameProblems(key).prefix(1) {
            object["key"].error(.invalidValue(key, problem))
        }
        let values = object["values"].items().compactMap { item in
            item.listedLabelValue().map { (text: $0, field: item) }
        }
        for value in values {
            for problem in APIName.labelValueProblems(value.text).prefix(1) {
                value.field.error(.invalidValue(value.text, problem))
            }
        }
        guard let op = Self.decodeOperator(object["operator"]) else { return nil }
        switch op {
        case .in, .notIn:
            if values.isEmpty { object["values"].error(.selectorNeedsValues, notes: [Self.operatorNote(object)]) }
        case .exists, .doesNotExist:
            if !values.isEmpty { object["values"].error(.selectorForbidsValues, notes: [Self.operatorNote(object)]) }
        }
        self.init(key: key, op: op, values: values.map(\.text))
    }

    private static func operatorNote(_ object: ObjectDecoder) -> Diagnostic.Note {
        object["operator"].note("the operator is \(object["operator"].node?.text ?? "")")
    }

    private static func decodeOperator(_ field: Field) -> LabelSelector.Operator? {
        guard let text = field.isPresent ? field.string() : "" else { return nil }
        guard let op = LabelSelector.Operator(rawValue: text) else {
            field.error(.unknownSelectorOperator(text))
            return nil
        }
        return op
    }
}

extension Field {
    /// One of a requirement's `values`. A plain `y` or `n` among them is taken as text, with a warning: YAML 1.1 has it
    /// as a boolean, so kubectl would have the API refuse the policy, but every other reader that brings such a list
    /// to the API (YAML 1.2, PyYAML) sends the letter. Longer words, and letters anywhere else, are type errors.
    fileprivate func listedLabelValue() -> String? {
        guard isPresent else { return "" }
        guard let node, node.scalarType == .bool, node.text.utf8.count == 1 else { return string() }
        warning(.booleanLetter(node.text))
        return node.text
    }
}

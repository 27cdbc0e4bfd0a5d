/// A value of a manifest before it becomes YAML: what generators write and the shrinker cuts down.
public indirect enum ManifestValue: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var key: String
        public var value: ManifestValue
    }

    case text(String)
    /// A number or truth value, as it is written.
    case plain(String)
    case list([ManifestValue])
    case map([Field])

    /// A mapping in the given order; fields without a value are left out.
    static func object(_ fields: KeyValuePairs<String, ManifestValue?>) -> ManifestValue {
        .map(fields.compactMap { key, value in value.map { Field(key: key, value: $0) } })
    }

    static func number(_ number: some BinaryInteger) -> ManifestValue { .plain("\(number)") }
    static func truth(_ value: Bool) -> ManifestValue { .plain(value ? "true" : "false") }
    static func texts(_ texts: some Sequence<String>) -> ManifestValue { .list(texts.map { .text($0) }) }
    static func labels(_ labels: [(key: String, value: String)]) -> ManifestValue {
        .map(labels.map { Field(key: $0.key, value: .text($0.value)) })
    }

    /// The value below a key; `nil` in anything but a mapping that has it.
    public subscript(key: String) -> ManifestValue? {
        guard case .map(let fields) = self else { return nil }
        return fields.first { $0.key == key }?.value
    }

    public var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// What tells a manifest's object from all others.
    public var identity: String {
        let parts = [self["apiVersion"], self["kind"], self["metadata"]?["namespace"], self["metadata"]?["name"]]
        return parts.map { $0?.string ?? "" }.joined(separator: " ")
    }

    /// A manifest with its head.
    static func document(
        _ apiVersion: String, _ kind: String, _ name: String, namespace: String? = nil,
        labels: [(key: String, value: String)] = [], annotations: [(key: String, value: String)] = [],
        _ body: KeyValuePairs<String, ManifestValue?>
    ) -> ManifestValue {
        let head = object([
            "apiVersion": .text(apiVersion), "kind": .text(kind),
            "metadata": object([
                "name": .text(name), "namespace": namespace.map { .text($0) },
                "labels": labels.isEmpty ? nil : .labels(labels),
                "annotations": annotations.isEmpty ? nil : .labels(annotations),
            ]),
        ])
        guard case .map(let headFields) = head, case .map(let bodyFields) = object(body) else { return head }
        return .map(headFields + bodyFields)
    }
}

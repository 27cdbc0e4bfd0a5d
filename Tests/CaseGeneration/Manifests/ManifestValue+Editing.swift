/// Changes of parts, for manifests that are to mean the same, or not quite.
extension ManifestValue {
    /// A mapping with the value of a key changed; the same where there is no such key. `nil` takes the field out.
    func replacing(_ key: String, _ change: (ManifestValue) -> ManifestValue?) -> ManifestValue {
        guard case .map(let fields) = self else { return self }
        return .map(
            fields.compactMap { field in
                guard field.key == key else { return field }
                return change(field.value).map { Field(key: key, value: $0) }
            })
    }

    /// A mapping with one field set, behind the others when it is new.
    func setting(_ key: String, _ value: ManifestValue) -> ManifestValue {
        guard case .map(let fields) = self else { return self }
        guard self[key] == nil else { return replacing(key) { _ in value } }
        return .map(fields + [Field(key: key, value: value)])
    }

    /// Entries of a list; of anything else none.
    var elements: [ManifestValue] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// Fields of a mapping; of anything else none.
    var fields: [Field] {
        guard case .map(let fields) = self else { return [] }
        return fields
    }

    /// A manifest under another name.
    func renamed(_ name: (String) -> String) -> ManifestValue {
        replacing("metadata") { $0.replacing("name") { .text(name($0.string ?? "")) } }
    }

    /// A manifest of projectcalico.org/v3 with its rules replaced by others; other manifests stay as they are.
    func replacingCalicoRules(_ rules: (ManifestValue) -> [ManifestValue]) -> ManifestValue {
        guard self["apiVersion"] == .text("projectcalico.org/v3") else { return self }
        return replacing("spec") { spec in
            ["ingress", "egress"].reduce(spec) { spec, direction in
                spec.replacing(direction) { .list($0.elements.flatMap(rules)) }
            }
        }
    }
}

import ManifestReading

extension Field {
    /// The items of this list; empty when absent, or (reported) when it is no list. A null item is an empty value, as
    /// it is for Go's JSON decoder.
    func items() -> [Field] {
        guard let node else { return [] }
        guard node.kind == .sequence else {
            error(.wrongType(node, expected: "a list"))
            return []
        }
        return node.elements.enumerated().map { item($0.offset, $0.element) }
    }

    /// As `items()`, at most `limit` of them: more are reported, and none returned.
    func items(atMost limit: Int) -> [Field] {
        let items = items()
        guard items.count <= limit else {
            error(.tooMany(items.count, limit: limit))
            return []
        }
        return items
    }

    /// The items of a list of mappings. A null item is an empty mapping.
    func objects(atMost limit: Int = .max) -> [ObjectDecoder] {
        items(atMost: limit).compactMap { $0.object(ifAbsent: .empty) }
    }

    /// The strings of this list with their places. A null item is the empty string.
    func strings(atMost limit: Int = .max) -> [(text: String, field: Field)] {
        items(atMost: limit).compactMap { item in
            guard item.isPresent else { return ("", item) }
            return item.string().map { ($0, item) }
        }
    }

    /// As `strings`, where the API keeps the list as a set: a text that stands twice is reported.
    func distinctStrings(atMost limit: Int = .max) -> [(text: String, field: Field)] {
        var seen: [String: Field] = [:]
        return strings(atMost: limit).filter { entry in
            guard let first = seen[entry.text] else {
                seen[entry.text] = entry.field
                return true
            }
            entry.field.error(.duplicateValue(entry.text), notes: [first.note("first written here")])
            return false
        }
    }

    /// One entry of a map of strings; both places are reported under the map's own path.
    struct MapEntry {
        var key: String
        var value: String
        var keyField: Field
        var valueField: Field
    }

    /// The entries of this map; of two equal keys the later one counts (the reader has warned). A null value is the
    /// empty string.
    func stringMap() -> [MapEntry] {
        guard let node else { return [] }
        guard node.kind == .mapping else {
            error(.wrongType(node, expected: "a mapping of strings"))
            return []
        }
        var entries: [MapEntry] = []
        var positions: [String: Int] = [:]
        for entry in node.entries.lazy.compactMap({ mapEntry($0.key, $0.value) }) {
            if let position = positions[entry.key] {
                entries[position] = entry
            } else {
                positions[entry.key] = entries.count
                entries.append(entry)
            }
        }
        return entries
    }

    private func mapEntry(_ key: Node, _ value: Node) -> MapEntry? {
        let keyField = at(key)
        let valueField = at(value)
        if value.isNull { return MapEntry(key: key.text, value: "", keyField: keyField, valueField: valueField) }
        guard let text = valueField.string() else { return nil }
        return MapEntry(key: key.text, value: text, keyField: keyField, valueField: valueField)
    }
}

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
        let parent = FieldPath.Parent(path)
        var items: [Field] = []
        items.reserveCapacity(node.count)
        for element in node.elements { items.append(item(items.count, element, of: parent)) }
        return items
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
        var seen = FirstOccurrences<Field>()
        return strings(atMost: limit).filter { entry in
            guard let first = seen.note(entry.text, entry.field) else { return true }
            entry.field.error(.duplicateValue(entry.text), notes: [first.note("first written here")])
            return false
        }
    }

    /// One entry of a map of strings. The API reports both places under the map's own path: `at(keyNode)`.
    struct MapEntry {
        var key: String
        var value: String
        var keyNode: Node
        var valueNode: Node
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
        entries.reserveCapacity(node.count)
        var positions = FirstOccurrences<Int>()
        for entry in node.entries {
            guard let text = entry.value.isNull ? "" : string(entry.value) else { continue }
            let entry = MapEntry(key: entry.key.text, value: text, keyNode: entry.key, valueNode: entry.value)
            if let position = positions.note(entry.key, entries.count) {
                entries[position] = entry
            } else {
                entries.append(entry)
            }
        }
        return entries
    }

    /// A value of this map as text; `nil` (reported) when it is of another type.
    private func string(_ value: Node) -> String? {
        guard value.scalarType == .string else {
            at(value).error(.wrongType(value, expected: "a string"))
            return nil
        }
        return value.text
    }
}

/// Labels of one object: distinct keys, ordered bytewise.
public struct Labels: Hashable, Sendable {
    @usableFromInline var storage: [(key: String, value: String)]

    public init() { storage = [] }

    /// A later pair replaces an earlier one of the same key.
    public init(_ pairs: some Sequence<(key: String, value: String)>) {
        var byKey: [String: String] = [:]
        for pair in pairs { byKey[pair.key] = pair.value }
        storage = byKey.map { ($0.key, $0.value) }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    public var isEmpty: Bool { storage.isEmpty }
    public var pairs: [(key: String, value: String)] { storage }

    /// Binary search; `nil` when the label is absent.
    public subscript(key: String) -> String? {
        var low = 0
        var high = storage.count
        while low < high {
            let middle = (low + high) / 2
            let candidate = storage[middle].key
            if candidate == key { return storage[middle].value }
            if candidate.utf8.lexicographicallyPrecedes(key.utf8) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    public static func == (a: Labels, b: Labels) -> Bool {
        a.storage.elementsEqual(b.storage) { $0.key == $1.key && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for pair in storage {
            hasher.combine(pair.key)
            hasher.combine(pair.value)
        }
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { (key: $0.0, value: $0.1) })
    }
}

/// Labels of one object: distinct keys, ordered and compared bytewise.
public struct Labels: Hashable, Sendable {
    private var storage: [(key: String, value: String)]

    public init() { storage = [] }

    /// A later pair replaces an earlier one of the same key.
    public init(_ pairs: some Sequence<(key: String, value: String)>) {
        storage = []
        // The order of equal keys must be that of the input, which `sort` does not promise.
        let sorted = pairs.enumerated().sorted { a, b in
            a.element.key.equalsBytewise(b.element.key)
                ? a.offset < b.offset : a.element.key.precedesBytewise(b.element.key)
        }
        for (_, pair) in sorted {
            if storage.last.map({ $0.key.equalsBytewise(pair.key) }) ?? false { storage.removeLast() }
            storage.append(pair)
        }
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
            if candidate.equalsBytewise(key) { return storage[middle].value }
            if candidate.precedesBytewise(key) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    public static func == (a: Labels, b: Labels) -> Bool {
        a.storage.elementsEqual(b.storage) {
            $0.key.equalsBytewise($1.key) && $0.value.equalsBytewise($1.value)
        }
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

/// Labels of one object: distinct keys, ordered and compared bytewise.
public struct Labels: Hashable, Sendable {
    private var storage: [Pair]

    /// Compared bytewise; that two arrays of them are one buffer shows at once.
    private struct Pair: Hashable, Sendable {
        var key: String
        var value: String

        static func == (a: Pair, b: Pair) -> Bool {
            a.key.equalsBytewise(b.key) && a.value.equalsBytewise(b.value)
        }
    }

    public init() { storage = [] }

    /// A later pair replaces an earlier one of the same key.
    public init(_ pairs: some Sequence<(key: String, value: String)>) {
        storage = pairs.map { Pair(key: $0.key, value: $0.value) }
        guard !isStrictlyAscending else { return }
        // The order of equal keys must be that of the input, which `sort` does not promise.
        let sorted = storage.enumerated().sorted { a, b in
            a.element.key.equalsBytewise(b.element.key)
                ? a.offset < b.offset : a.element.key.precedesBytewise(b.element.key)
        }
        storage.removeAll(keepingCapacity: true)
        for (_, pair) in sorted {
            if storage.last.map({ $0.key.equalsBytewise(pair.key) }) ?? false { storage.removeLast() }
            storage.append(pair)
        }
    }

    private var isStrictlyAscending: Bool {
        for index in storage.indices.dropFirst() {
            guard storage[index - 1].key.precedesBytewise(storage[index].key) else { return false }
        }
        return true
    }

    public var isEmpty: Bool { storage.isEmpty }
    public var count: Int { storage.count }
    public var pairs: [(key: String, value: String)] { storage.map { ($0.key, $0.value) } }

    /// The pair at a place in the order of keys, from 0.
    public func pair(at index: Int) -> (key: String, value: String) { (storage[index].key, storage[index].value) }

    /// Binary search; `nil` when the label is absent.
    public subscript(key: String) -> String? {
        let index = position(of: key)
        guard index < storage.count, storage[index].key.equalsBytewise(key) else { return nil }
        return storage[index].value
    }

    /// The first place whose key does not precede `key`.
    private func position(of key: String) -> Int {
        var low = 0
        var high = storage.count
        while low < high {
            let middle = (low + high) / 2
            if storage[middle].key.precedesBytewise(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The same labels with these over them, which must be in ascending order of keys. Linear.
    public func adding(ascending others: [(key: String, value: String)]) -> Labels {
        var result = Labels()
        result.storage.reserveCapacity(storage.count + others.count)
        var index = 0
        for (key, value) in others {
            while index < storage.count, storage[index].key.precedesBytewise(key) {
                result.storage.append(storage[index])
                index += 1
            }
            if index < storage.count, storage[index].key.equalsBytewise(key) { index += 1 }
            result.storage.append(Pair(key: key, value: value))
        }
        result.storage.append(contentsOf: storage[index...])
        assert(result.isStrictlyAscending, "labels were added out of order")
        return result
    }

    /// The same values under keys that bear `prefix`.
    public func prefixed(_ prefix: String) -> Labels {
        var result = Labels()
        result.storage = storage.map { Pair(key: prefix + $0.key, value: $0.value) }
        return result
    }

    /// The labels whose keys begin with none of the prefixes.
    public func without(prefixes: [String]) -> Labels {
        guard storage.contains(where: { $0.key.starts(withAny: prefixes) }) else { return self }
        var result = self
        result.storage.removeAll { $0.key.starts(withAny: prefixes) }
        return result
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

extension String {
    fileprivate func starts(withAny prefixes: [String]) -> Bool {
        for prefix in prefixes where utf8.first == prefix.utf8.first && startsBytewise(with: prefix) { return true }
        return false
    }
}

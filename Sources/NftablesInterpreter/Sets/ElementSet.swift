/// A set or map in the form that lookups need. Keys are register bytes: every field zero padded to 4 bytes.
struct ElementSet: Sendable {
    /// What a lookup yields.
    enum Value: Hashable, Sendable {
        /// A set has no values.
        case member
        case verdict(RuleVerdict)
        /// Bytes for the destination register.
        case data([UInt8])
    }

    struct Element: Sendable {
        var key: [UInt8]
        /// Inclusive upper end of every field, in sets of concatenated ranges.
        var keyEnd: [UInt8]?
        /// Marks the exclusive end of the range that the next smaller element starts (NFT_SET_ELEM_INTERVAL_END).
        var endsInterval = false
        var value: Value
    }

    /// The three ways in which nf_tables looks keys up (nft_set_hash.c, nft_set_rbtree.c, nft_set_pipapo.c).
    enum Kind: Hashable, Sendable {
        case exact
        case intervals
        /// Ranges per field; the fields' lengths in bytes, unpadded.
        case concatenatedRanges(fieldLengths: [Int])
    }

    let keyLength: Int
    private let storage: Storage
    /// Value of the element `*`, for keys that no other element holds (NFT_SET_ELEM_CATCHALL).
    private let otherwise: Value?

    private enum Storage: Sendable {
        case exact([[UInt8]: Value])
        case intervals([Element])
        case ranges([Element], fields: [Range<Int>])
    }

    init(kind: Kind, keyLength: Int, elements: [Element], otherwise: Value?) {
        self.keyLength = keyLength
        self.otherwise = otherwise
        switch kind {
        case .exact:
            storage = .exact(Dictionary(elements.map { ($0.key, $0.value) }) { first, _ in first })
        case .intervals:
            // By start; where one range ends and the next begins at the same key, the beginning counts.
            storage = .intervals(
                elements.sorted { a, b in
                    a.key == b.key
                        ? a.endsInterval && !b.endsInterval : a.key.lexicographicallyPrecedes(b.key)
                })
        case .concatenatedRanges(let lengths):
            var offset = 0
            let fields = lengths.map { length in
                defer { offset += (length + 3) & ~3 }
                return offset..<(offset + length)
            }
            storage = .ranges(elements, fields: fields)
        }
    }

    /// The value that belongs to the key; `nil` when it is not in the set.
    ///
    /// - Parameter key: `keyLength` bytes.
    func lookup(_ key: [UInt8]) -> Value? {
        switch storage {
        case .exact(let values): values[key] ?? otherwise
        case .intervals(let elements): Self.interval(holding: key, in: elements) ?? otherwise
        case .ranges(let elements, let fields): Self.firstMatch(of: key, in: elements, fields) ?? otherwise
        }
    }

    /// The last element at or before the key decides: a start holds it, an end does not.
    private static func interval(holding key: [UInt8], in elements: [Element]) -> Value? {
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = (low + high) / 2
            if key.lexicographicallyPrecedes(elements[middle].key) { high = middle } else { low = middle + 1 }
        }
        guard low > 0, !elements[low - 1].endsInterval else { return nil }
        return elements[low - 1].value
    }

    /// Every field must lie within its range. Of several elements the one that was added first answers, as in the
    /// kernel's last lookup table.
    private static func firstMatch(of key: [UInt8], in elements: [Element], _ fields: [Range<Int>]) -> Value? {
        elements.first { element in
            fields.allSatisfy { field in
                let value = key[field]
                return !value.lexicographicallyPrecedes(element.key[field])
                    && !(element.keyEnd ?? element.key)[field].lexicographicallyPrecedes(value)
            }
        }?.value
    }

    /// Every verdict that a lookup can yield.
    var verdicts: [RuleVerdict] {
        let values: [Value] =
            switch storage {
            case .exact(let values): Array(values.values)
            case .intervals(let elements), .ranges(let elements, _): elements.map(\.value)
            }
        return (values + [otherwise].compactMap(\.self)).compactMap { value in
            if case .verdict(let verdict) = value { verdict } else { nil }
        }
    }
}

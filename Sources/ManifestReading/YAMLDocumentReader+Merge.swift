/// Merge keys: `<<: *base` or `<<: [*a, *b]` brings in the entries of other mappings.
extension YAMLDocumentReader {
    /// Where the value of a key of a mapping with merges comes from.
    private enum Origin {
        case own(key: UInt32, value: UInt32)
        case merged(key: UInt32, value: UInt32)
    }

    /// Resolves the merges of the innermost mapping: merged entries are appended to it, the merge keys and what they
    /// replace are skipped.
    ///
    /// As kubectl's reader (go-yaml v2, decode.go `mapping` and `merge`): entries take effect in written order, so a key
    /// below the merge wins over it, while the merge replaces a key above it (reported, since YAML's own rule is that
    /// explicit keys always win). In a list of mappings the earlier one wins.
    mutating func mergeEntries(into mapping: UInt32) throws(NodeTreeBuilder.Excess) {
        var origins: [[UInt8]: Origin] = [:]
        var order: [[UInt8]] = []
        for (key, value, isMerge) in allEntries(of: mapping) {
            guard isMerge else {
                let name = Array(builder.text(of: key))
                if origins.updateValue(.own(key: key, value: value), forKey: name) == nil { order.append(name) }
                continue
            }
            builder.skip(key, of: mapping)
            builder.skip(value, of: mapping)
            for source in mergeSources(value) {
                for entry in builder.entries(of: source) {
                    let name = Array(builder.text(of: entry.key))
                    let replaced = origins.updateValue(.merged(key: entry.key, value: entry.value), forKey: name)
                    if replaced == nil { order.append(name) }
                    if case .own(let ownKey, let ownValue) = replaced {
                        replaceOwn(key: ownKey, value: ownValue, of: mapping, byMergeAt: key)
                    }
                }
            }
        }
        for name in order {
            guard case .merged(let key, let value) = origins[name] else { continue }
            try builder.appendCopy(of: key)
            try builder.appendCopy(of: value)
        }
    }

    /// Entries of the innermost mapping in written order, merge keys included. Takes its merge keys off the stack.
    private mutating func allEntries(of mapping: UInt32) -> [(key: UInt32, value: UInt32, isMerge: Bool)] {
        var entries = builder.entries(of: mapping).map { (key: $0.key, value: $0.value, isMerge: false) }
        while let merge = mergeKeys.last, merge > mapping {
            mergeKeys.removeLast()
            entries.append((merge, merge + 1, true))
        }
        return entries.sorted { $0.key < $1.key }
    }

    /// Mappings to bring in, the weakest first.
    private mutating func mergeSources(_ value: UInt32) -> [UInt32] {
        let record = builder.records[Int(value)]
        switch record.kind {
        case .mapping: return [value]
        case .sequence:
            var sources: [UInt32] = []
            var index = value + 1
            while index < record.nextSibling {
                guard builder.records[Int(index)].kind == .mapping else { break }
                sources.append(index)
                index = builder.records[Int(index)].nextSibling
            }
            if index == record.nextSibling { return sources.reversed() }
        case .scalar: break
        }
        fail(.mergeNeedsMapping, line: record.line, column: record.column)
        return []
    }

    private mutating func replaceOwn(key: UInt32, value: UInt32, of mapping: UInt32, byMergeAt merge: UInt32) {
        builder.skip(key, of: mapping)
        builder.skip(value, of: mapping)
        let (record, mergeRecord) = (builder.records[Int(key)], builder.records[Int(merge)])
        problems.report(
            .mergeReplacesKey(keyText(key)), line: mergeRecord.line, column: mergeRecord.column,
            note: "the key that is replaced", noteLine: record.line, noteColumn: record.column)
    }
}

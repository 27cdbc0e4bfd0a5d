extension ReadingProblems {
    /// Reports every key of a mapping that was given before in it, with the first of its name. Linear in the mapping but
    /// for small ones, where comparing all pairs is faster than hashing.
    mutating func reportDuplicateKeys(of mapping: UInt32, in builder: NodeTreeBuilder) {
        let count = Int(builder.records[Int(mapping)].count) / 2
        if count > Self.pairwiseLimit { return reportByHashing(mapping, builder) }
        guard count > 1 else { return }
        var keys = InlineArray<12, UInt32>(repeating: 0)
        var seen = 0
        builder.forEachEntry(of: mapping) { key, _ in
            for index in 0..<seen where builder.haveSameText(keys[index], key) {
                reportDuplicate(key, of: keys[index], in: builder)
                return
            }
            guard seen < keys.count else { return }
            keys[seen] = key
            seen += 1
        }
    }

    private static let pairwiseLimit = 12

    private mutating func reportByHashing(_ mapping: UInt32, _ builder: NodeTreeBuilder) {
        var firsts: [ArraySlice<UInt8>: UInt32] = [:]
        builder.forEachEntry(of: mapping) { key, _ in
            let text = builder.text(of: key)
            if let first = firsts[text] {
                reportDuplicate(key, of: first, in: builder)
            } else {
                firsts[text] = key
            }
        }
    }

    private mutating func reportDuplicate(_ key: UInt32, of first: UInt32, in builder: NodeTreeBuilder) {
        let (record, firstRecord) = (builder.records[Int(key)], builder.records[Int(first)])
        guard record.kind == .scalar else { return }
        report(
            .duplicateKey(String(decoding: builder.text(of: key), as: UTF8.self)), line: record.line,
            column: record.column, note: "first given here", noteLine: firstRecord.line,
            noteColumn: firstRecord.column)
    }
}

/// Finds the name that somebody probably meant.
enum NearestName {
    /// The candidate with the smallest edit distance to `name`, ignoring case, and among equals one with the same first
    /// letter; `nil` when all are further than a third of its length (at least one edit, at most three).
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        let limit = min(3, max(1, wanted.count / 3))
        var best: (cost: Int, name: String)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().utf8.prefix(64))
            let distance = editDistance(wanted, letters)
            let cost = distance * 2 + (letters.first == wanted.first ? 0 : 1)
            if distance <= limit, cost < best?.cost ?? .max { best = (cost, candidate) }
        }
        return best?.name
    }

    /// Levenshtein distance with transposition of neighbours counted as one edit; O(a · b) on at most 64 bytes each.
    static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforePrevious = Array(repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var row = Array(repeating: i, count: b.count + 1)
            for j in 1...b.count {
                let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(substitution, previous[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforePrevious[j - 2] + 1)
                }
            }
            beforePrevious = previous
            previous = row
        }
        return previous[b.count]
    }
}

/// The valid name that a mistyped one was probably meant to be.
enum NearestName {
    /// The candidate with the smallest distance, at most a third of the word's length (at least 1); the first of equals.
    static func find(_ word: String, among candidates: [String]) -> String? {
        let letters = Array(word.utf8)
        let limit = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.utf8)
            guard abs(other.count - letters.count) <= limit else { continue }
            let found = distance(letters, other)
            if found <= limit, found < best?.distance ?? .max { best = (candidate, found) }
        }
        return best?.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (the optimal
    /// string alignment distance). O(product of the lengths).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}

/// Cuts manifests down to those that some property needs: documents first, then fields and list entries.
public struct Shrinker {
    private let holds: (PolicySet) -> Bool
    /// Manifests that may still be tried.
    private var budget: Int

    /// - Parameter holds: the property to keep; true of the manifests to start from.
    public init(budget: Int, _ holds: @escaping (PolicySet) -> Bool) {
        self.holds = holds
        self.budget = budget
    }

    /// Manifests from which no single document, field or entry can go, unless the budget ends before.
    public mutating func shrunk(_ policies: PolicySet) -> PolicySet {
        var documents = policies.documents
        var size = max(documents.count / 2, 1)
        while size > 0 {
            removeRuns(of: size, from: &documents)
            size /= 2
        }
        for index in documents.indices { cut(&documents, at: index) }
        return PolicySet(documents: documents)
    }

    /// Takes out every run of `size` documents that isn't needed.
    private mutating func removeRuns(of size: Int, from documents: inout [ManifestValue]) {
        var start = 0
        while start < documents.count {
            let rest = Array(documents[..<start] + documents[min(start + size, documents.count)...])
            if stillHolds(rest) { documents = rest } else { start += size }
        }
    }

    private mutating func cut(_ documents: inout [ManifestValue], at index: Int) {
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in documents[index].cuts {
                var rest = documents
                rest[index] = candidate
                guard stillHolds(rest) else { continue }
                documents = rest
                isSmaller = true
                break
            }
        }
    }

    private mutating func stillHolds(_ documents: [ManifestValue]) -> Bool {
        guard budget > 0 else { return false }
        budget -= 1
        return holds(PolicySet(documents: documents))
    }
}

extension ManifestValue {
    /// All values with one field or list entry less, the outermost cuts first.
    fileprivate var cuts: [ManifestValue] {
        switch self {
        case .text, .plain: return []
        case .list(let elements):
            let shorter = elements.indices.map { ManifestValue.list(elements.removing($0)) }
            return shorter
                + elements.indices.flatMap { index in
                    elements[index].cuts.map { .list(elements.replacing(index, $0)) }
                }
        case .map(let fields):
            let shorter = fields.indices.map { ManifestValue.map(fields.removing($0)) }
            return shorter
                + fields.indices.flatMap { index in
                    fields[index].value.cuts.map { cut in
                        .map(fields.replacing(index, Field(key: fields[index].key, value: cut)))
                    }
                }
        }
    }
}

extension Array {
    fileprivate func removing(_ index: Int) -> [Element] { Array(self[..<index] + self[(index + 1)...]) }

    fileprivate func replacing(_ index: Int, _ element: Element) -> [Element] {
        var changed = self
        changed[index] = element
        return changed
    }
}

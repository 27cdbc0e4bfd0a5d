import Diagnostics
import PolicyIR
import PolicyTesting
import Workspace

/// Cuts the manifests of a disagreement down to those that it needs: documents first, then fields and list entries,
/// as long as validation accepts what is left and the engines still differ.
public struct Shrinker {
    private let disagreement: Disagreement
    /// Loads that may still be tried.
    private var budget: Int

    public init(_ disagreement: Disagreement, budget: Int = 3_000) {
        self.disagreement = disagreement
        self.budget = budget
    }

    /// The same disagreement over the smallest manifests found, with the answers that they get.
    public mutating func shrunk() -> Disagreement {
        var documents = disagreement.policies.documents
        var size = documents.count / 2
        while size > 0 {
            removeRuns(of: size, from: &documents)
            size /= 2
        }
        for index in documents.indices { cut(&documents, at: index) }
        var result = disagreement
        result.policies = PolicySet(documents: documents)
        if let answers = answers(result.policies) { (result.expected, result.found) = answers }
        return result
    }

    /// Takes out every run of `size` documents that isn't needed.
    private mutating func removeRuns(of size: Int, from documents: inout [ManifestValue]) {
        var start = 0
        while start < documents.count {
            let rest = Array(documents[..<start] + documents[min(start + size, documents.count)...])
            if stillDiffers(rest) { documents = rest } else { start += size }
        }
    }

    private mutating func cut(_ documents: inout [ManifestValue], at index: Int) {
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in documents[index].cuts {
                var rest = documents
                rest[index] = candidate
                guard stillDiffers(rest) else { continue }
                documents = rest
                isSmaller = true
                break
            }
        }
    }

    private mutating func stillDiffers(_ documents: [ManifestValue]) -> Bool {
        guard budget > 0 else { return false }
        budget -= 1
        guard let (expected, found) = answers(PolicySet(documents: documents)) else { return false }
        return !found.agrees(with: expected)
    }

    /// `nil` when validation refuses something, or the packet's path is gone.
    private func answers(_ policies: PolicySet) -> (expected: EngineAnswer, found: EngineAnswer)? {
        let inputs = policies.load()
        guard !inputs.diagnostics.contains(where: { $0.severity == .error }),
            let request = disagreement.packet.request(inputs.cluster.topology),
            EngineReach(inputs.cluster.topology).includes(request, disagreement.engine),
            var reference = try? EngineName.reference.make(inputs), var engine = try? disagreement.engine.make(inputs),
            let expected = try? reference.judge([request]).first, let found = try? engine.judge([request]).first
        else { return nil }
        return (expected, found)
    }
}

extension ManifestValue {
    /// All values with one field or list entry less, the outermost cuts first.
    var cuts: [ManifestValue] {
        switch self {
        case .text, .plain: return []
        case .list(let elements):
            let shorter = elements.indices.map { index in
                ManifestValue.list(elements.enumerated().filter { $0.offset != index }.map(\.element))
            }
            return shorter
                + elements.indices.flatMap { index in
                    elements[index].cuts.map { cut in
                        var changed = elements
                        changed[index] = cut
                        return ManifestValue.list(changed)
                    }
                }
        case .map(let fields):
            let shorter = fields.indices.map { index in
                ManifestValue.map(fields.enumerated().filter { $0.offset != index }.map(\.element))
            }
            return shorter
                + fields.indices.flatMap { index in
                    fields[index].value.cuts.map { cut in
                        var changed = fields
                        changed[index].value = cut
                        return ManifestValue.map(changed)
                    }
                }
        }
    }
}

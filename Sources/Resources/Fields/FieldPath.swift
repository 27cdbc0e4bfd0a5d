/// Where a field stands inside its object. A list of steps towards the root, so that descending costs one small
/// allocation and no text is made before a diagnostic needs it.
indirect enum FieldPath: Sendable {
    case root
    case key(String, of: FieldPath)
    case index(Int, of: FieldPath)

    /// As the API server writes it: `spec.egress[1].ports[0].protocol`; empty for the object itself.
    var text: String {
        var steps: [FieldPath] = []
        var path = self
        while true {
            switch path {
            case .root: return FieldPath.joined(steps.reversed())
            case .key(_, let parent), .index(_, let parent):
                steps.append(path)
                path = parent
            }
        }
    }

    private static func joined(_ steps: some Sequence<FieldPath>) -> String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .root: break
            case .key(let name, _): text += text.isEmpty ? name : ".\(name)"
            case .index(let index, _): text += "[\(index)]"
            }
        }
    }
}

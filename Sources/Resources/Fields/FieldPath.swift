/// Where a field stands inside its object. No text is made before a diagnostic needs it, and what lies above is shared by
/// all fields of one mapping or list, so that a scalar's path costs no allocation.
struct FieldPath: Sendable {
    /// A path that others go on from.
    final class Parent: Sendable {
        let path: FieldPath
        init(_ path: FieldPath) { self.path = path }
    }

    private enum Step {
        case root
        case key(String)
        case index(Int)
    }

    private let step: Step
    private let above: Parent?

    static let root = FieldPath(step: .root, above: nil)

    static func key(_ name: String, of parent: Parent) -> FieldPath { FieldPath(step: .key(name), above: parent) }

    static func index(_ index: Int, of parent: Parent) -> FieldPath { FieldPath(step: .index(index), above: parent) }

    static func key(_ name: String, of path: FieldPath) -> FieldPath { .key(name, of: Parent(path)) }

    static func index(_ index: Int, of path: FieldPath) -> FieldPath { .index(index, of: Parent(path)) }

    /// As the API server writes it: `spec.egress[1].ports[0].protocol`; empty for the object itself.
    var text: String {
        var steps: [Step] = []
        var path: FieldPath? = self
        while let current = path {
            steps.append(current.step)
            path = current.above?.path
        }
        return steps.reversed().reduce(into: "") { text, step in
            switch step {
            case .root: break
            case .key(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

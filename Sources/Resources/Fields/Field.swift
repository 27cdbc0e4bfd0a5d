import Diagnostics
import ManifestReading

/// A place in an object, with a value or without: the cursor that every decoder works with.
///
/// It knows its path and position, so that whoever finds a fault only says what the fault is. An absent field stands
/// at its parent's position. `null` counts as absent, as it does for the API.
struct Field {
    /// `nil` when the field is absent or null.
    let node: Node?
    /// Of the value; of the enclosing object when absent.
    let location: SourceLocation
    let path: FieldPath
    /// Shape of the mapping or of the list items below.
    let schema: ObjectSchema?
    let refusesUnknown: Bool
    let log: ObjectLog

    init(root node: Node, schema: ObjectSchema, log: ObjectLog) {
        self.init(
            node: node, location: node.location, path: .root, schema: schema, refusesUnknown: false, log: log)
    }

    init(
        node: Node?, location: SourceLocation, path: FieldPath, schema: ObjectSchema?, refusesUnknown: Bool,
        log: ObjectLog
    ) {
        self.node = node.flatMap { $0.isNull ? nil : $0 }
        self.location = location
        self.path = path
        self.schema = schema
        self.refusesUnknown = refusesUnknown
        self.log = log
    }

    var isPresent: Bool { node != nil }

    /// Item `index` of this list, whose path is `parent`.
    func item(_ index: Int, _ node: Node, of parent: FieldPath.Parent) -> Field {
        Field(
            node: node, location: node.location, path: .index(index, of: parent), schema: schema,
            refusesUnknown: refusesUnknown, log: log)
    }

    /// The same path at another position: a key or value of a map, which the API reports under the map's path.
    func at(_ node: Node) -> Field {
        Field(
            node: node, location: node.location, path: path, schema: schema, refusesUnknown: refusesUnknown, log: log)
    }

    // MARK: Findings

    func error(_ finding: Finding, notes: [Diagnostic.Note] = []) { report(.error, finding, notes) }
    func warning(_ finding: Finding, notes: [Diagnostic.Note] = []) { report(.warning, finding, notes) }

    /// This field as the second place of a finding about another one.
    func note(_ message: String) -> Diagnostic.Note {
        Diagnostic.Note(location: location, fieldPath: path.text, message: message)
    }

    private func report(_ severity: Diagnostic.Severity, _ finding: Finding, _ notes: [Diagnostic.Note]) {
        log.add(
            Diagnostic(
                severity, finding.id, at: location, field: path.text, finding.message, hint: finding.hint, notes: notes)
        )
    }
}

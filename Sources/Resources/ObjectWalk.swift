import Diagnostics
import ManifestReading

/// Walks over documents and lists, decodes each object, and gathers the valid ones.
struct ObjectWalk {
    /// What an item of a typed list takes from the list when it does not say it itself.
    private struct Inherited {
        var apiVersion: String?
        var kind: String?
    }

    private struct Stored {
        var identity: ObjectIdentity
        var object: DecodedObject
        var location: SourceLocation
    }

    private static let listDepthLimit = 32

    private let edition: Edition

    private var diagnostics: [Diagnostic] = []
    private var objects: [Stored] = []
    private var positions: [ObjectIdentity: Int] = [:]
    /// Whether what comes is a planned change.
    private var isPlanned = false
    private var plannedObjects = PlannedObjects()
    private var notPolicy: [String: ClusterSnapshot.NotPolicy] = [:]

    init(edition: Edition = .opensource) { self.edition = edition }

    /// Takes one document: an object, a list of some kind, or a JSON array of objects.
    mutating func visit(_ document: Node) {
        visit(document, inherited: Inherited(), path: .root, depth: 0)
    }

    /// Takes one document of a planned change, after all others.
    mutating func visit(planned document: Node) {
        isPlanned = true
        visit(document)
        isPlanned = false
    }

    private mutating func visit(_ node: Node, inherited: Inherited, path: FieldPath, depth: Int) {
        guard depth <= Self.listDepthLimit else { return report(node.location, path, .listTooDeep) }
        switch node.kind {
        case .sequence:
            for (index, item) in node.elements.enumerated() {
                visit(item, inherited: inherited, path: .index(index, of: path), depth: depth + 1)
            }
        case .mapping: visitObject(node, inherited: inherited, path: path, depth: depth)
        case .scalar:
            if !node.isNull { report(node.location, path, .notAnObject) }
        }
    }

    private mutating func visitObject(_ node: Node, inherited: Inherited, path: FieldPath, depth: Int) {
        guard let kind = typeField("kind", node, inherited.kind, path),
            let apiVersion = typeField("apiVersion", node, inherited.apiVersion, path)
        else { return }
        if kind.hasSuffix("List"), let items = node["items"], items.kind == .sequence || items.isNull {
            let itemKind = kind == "List" ? nil : String(kind.dropLast("List".count))
            let inherited = Inherited(apiVersion: itemKind == nil ? nil : apiVersion, kind: itemKind)
            visit(items, inherited: inherited, path: .key("items", of: path), depth: depth + 1)
            return
        }
        decode(node, apiVersion: apiVersion, kind: kind)
    }

    private mutating func typeField(
        _ name: String, _ node: Node, _ inherited: String?, _ path: FieldPath
    ) -> String? {
        guard let value = node[name], !value.isNull else {
            if inherited == nil { report(node.location, .key(name, of: path), .missingKind(name)) }
            return inherited
        }
        guard value.scalarType == .string, !value.text.isEmpty else {
            report(value.location, .key(name, of: path), .wrongType(value, expected: "a string"))
            return nil
        }
        return value.text
    }

    private mutating func report(_ location: SourceLocation, _ path: FieldPath, _ finding: Finding) {
        diagnostics.append(
            Diagnostic(.error, finding.id, at: location, field: path.text, finding.message, hint: finding.hint))
    }

    // MARK: Objects

    private mutating func decode(_ node: Node, apiVersion: String, kind: String) {
        switch KindRegistry.meaning(apiVersion: apiVersion, kind: kind) {
        case .notPolicy: leaveAside(node, kind: "\(apiVersion)/\(kind)")
        case .noSuchKind(let hint): reportNoSuchKind(node, .noSuchKind(apiVersion, kind, hint: hint))
        case .decode(let definition, let dialect):
            let result = ObjectDecoding(definition, dialect.of(edition)).decode(node)
            diagnostics += result.diagnostics
            guard let (object, meta) = result.object else { return }
            let identity = ObjectIdentity(definition, meta)
            if isPlanned {
                plan(object, identity, meta, at: node.location)
            } else {
                store(object, identity, at: node.location)
            }
        }
    }

    private mutating func leaveAside(_ node: Node, kind: String) {
        notPolicy[kind, default: .init(kind: kind, count: 0, location: node.location)].count += 1
    }

    private mutating func reportNoSuchKind(_ node: Node, _ finding: Finding) {
        diagnostics.append(
            Diagnostic(
                .error, finding.id, at: (node["apiVersion"] ?? node).location, field: "apiVersion", finding.message,
                hint: finding.hint,
                notes: [
                    Diagnostic.Note(location: node["kind"]?.location, fieldPath: "kind", message: "the kind")
                ]))
    }

    private mutating func plan(
        _ object: DecodedObject, _ identity: ObjectIdentity, _ meta: ObjectMeta, at location: SourceLocation
    ) {
        switch PlannedChange(object) {
        case .policy(let staged, let definition): store(staged, ObjectIdentity(definition, meta), at: location)
        case .noStagedKind: report(location, .root, .noStagedKind(identity.kind))
        case .other:
            guard positions[identity] == nil else { return plannedObjects.leaveOut(location) }
            plannedObjects.add(location)
            store(object, identity, at: location)
        }
    }

    private mutating func store(_ object: DecodedObject, _ identity: ObjectIdentity, at location: SourceLocation) {
        let stored = Stored(identity: identity, object: object, location: location)
        guard let position = positions[identity] else {
            positions[identity] = objects.count
            objects.append(stored)
            return
        }
        let finding = Finding.duplicateObject(identity.description)
        let earlier = Diagnostic.Note(
            location: objects[position].location, message: "the definition that is replaced")
        diagnostics.append(
            Diagnostic(.warning, finding.id, at: location, field: "", finding.message, notes: [earlier]))
        objects[position] = stored
    }

    /// The snapshot of everything seen, in an order that does not depend on the order of the inputs.
    func finish(sources: SourceMap) -> (snapshot: ClusterSnapshot, diagnostics: [Diagnostic]) {
        var snapshot = ClusterSnapshot(sources: sources)
        let order = objects.indices.sorted { objects[$0].identity < objects[$1].identity }
        for position in order { objects[position].object.store(in: &snapshot) }
        snapshot.nodes = ClusterNode.merged(snapshot.nodes)
        snapshot.notPolicy = notPolicy.values.sorted { $0.kind.utf8.lexicographicallyPrecedes($1.kind.utf8) }
        let notes = snapshot.notPolicy.map { kind in
            let finding = Finding.notPolicy(kind.kind, count: kind.count)
            return Diagnostic(.note, finding.id, at: kind.location, finding.message)
        }
        return (snapshot, diagnostics + plannedObjects.diagnostics + notes + MissingTiers.warnings(snapshot))
    }
}

import Diagnostics
import ManifestReading

/// Walks over documents and lists and decodes each object. What it finds is a list in reading order, so that threads can
/// each collect from a part of the inputs.
struct ObjectCollector {
    enum Finding: Sendable {
        case diagnostics([Diagnostic])
        case object(Decoded)
        /// An object of a kind that cannot change a verdict: `apps/v1/Kind`.
        case leftAside(String, SourceLocation)
    }

    /// A valid object.
    struct Decoded: Sendable {
        var object: DecodedObject
        var identity: ObjectIdentity
        var meta: ObjectMeta
        var location: SourceLocation
    }

    /// What an item of a typed list takes from the list when it does not say it itself.
    private struct Inherited {
        var apiVersion: String?
        var kind: String?
    }

    private static let listDepthLimit = 32
    /// Items of a list that are worth a thread.
    private static let groupSize = 512
    /// Nodes of all inputs that are worth several: as much work as a thread's own registry.
    private static let parallelNodes = 1 << 14

    private let edition: Edition
    private let registries: KindRegistryPool
    private let registry: KindRegistry
    private var findings: [Finding] = []
    /// The type of the object before, and what it means: objects of one kind come in rows.
    private var latest: (apiVersion: String, kind: String, meaning: KindRegistry.Meaning)?

    private init(_ edition: Edition, _ registries: KindRegistryPool, _ registry: KindRegistry) {
        self.edition = edition
        self.registries = registries
        self.registry = registry
    }

    /// Everything in the documents of some trees, on all cores if there is much.
    static func findings(in trees: [NodeTree], edition: Edition) -> [Finding] {
        guard trees.reduce(0, { $0 + $1.nodeCount }) >= parallelNodes else {
            return findings(in: trees.lazy.flatMap(\.documents), edition: edition)
        }
        let registries = KindRegistryPool()
        return Cores.map(trees.count) { number in
            collect(edition, registries) { collector in
                for document in trees[number].documents { collector.visit(document) }
            }
        }.flatMap(\.self)
    }

    /// Everything in some documents.
    static func findings(in documents: some Sequence<Node>, edition: Edition) -> [Finding] {
        collect(edition, KindRegistryPool()) { collector in
            for document in documents { collector.visit(document) }
        }
    }

    private static func collect(
        _ edition: Edition, _ registries: KindRegistryPool, _ body: (inout ObjectCollector) -> Void
    ) -> [Finding] {
        let registry = registries.take()
        defer { registries.giveBack(registry) }
        var collector = ObjectCollector(edition, registries, registry)
        body(&collector)
        return collector.findings
    }

    // MARK: Lists

    /// Takes one document: an object, a list of some kind, or a JSON array of objects.
    private mutating func visit(_ document: Node) {
        visit(document, inherited: Inherited(), path: .root, depth: 0)
    }

    private mutating func visit(_ node: Node, inherited: Inherited, path: FieldPath, depth: Int) {
        guard depth <= Self.listDepthLimit else { return report(node.location, path, .listTooDeep) }
        switch node.kind {
        case .sequence: visitItems(node, inherited: inherited, path: path, depth: depth + 1)
        case .mapping: visitObject(node, inherited: inherited, path: path, depth: depth)
        case .scalar:
            if !node.isNull { report(node.location, path, .notAnObject) }
        }
    }

    /// Items of large lists go to several threads.
    private mutating func visitItems(_ list: Node, inherited: Inherited, path: FieldPath, depth: Int) {
        let path = FieldPath.Parent(path)
        guard list.count > Self.groupSize else {
            for (index, item) in list.elements.enumerated() {
                visit(item, inherited: inherited, path: .index(index, of: path), depth: depth)
            }
            return
        }
        let groups = list.elementGroups(ofAbout: Self.groupSize)
        let starts = groups.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let found = Cores.map(groups.count) { [edition, registries, starts] number in
            Self.collect(edition, registries) { collector in
                for (index, item) in groups[number].enumerated() {
                    let path = FieldPath.index(starts[number] + index, of: path)
                    collector.visit(item, inherited: inherited, path: path, depth: depth)
                }
            }
        }
        for part in found { findings += part }
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

    private mutating func report(_ location: SourceLocation, _ path: FieldPath, _ finding: Resources.Finding) {
        report(
            Diagnostic(.error, finding.id, at: location, field: path.text, finding.message, hint: finding.hint))
    }

    private mutating func report(_ diagnostic: Diagnostic) { findings.append(.diagnostics([diagnostic])) }

    // MARK: Objects

    private mutating func decode(_ node: Node, apiVersion: String, kind: String) {
        switch meaning(apiVersion: apiVersion, kind: kind) {
        case .notPolicy: findings.append(.leftAside("\(apiVersion)/\(kind)", node.location))
        case .noSuchKind(let hint): reportNoSuchKind(node, .noSuchKind(apiVersion, kind, hint: hint))
        case .decode(let definition, let dialect):
            let result = ObjectDecoding(definition, dialect.of(edition)).decode(node)
            if !result.diagnostics.isEmpty { findings.append(.diagnostics(result.diagnostics)) }
            guard let (object, meta) = result.object else { return }
            findings.append(
                .object(
                    Decoded(
                        object: object, identity: ObjectIdentity(definition, meta), meta: meta, location: node.location)
                ))
        }
    }

    private mutating func meaning(apiVersion: String, kind: String) -> KindRegistry.Meaning {
        if let latest, latest.apiVersion == apiVersion, latest.kind == kind { return latest.meaning }
        let meaning = registry.meaning(apiVersion: apiVersion, kind: kind)
        latest = (apiVersion, kind, meaning)
        return meaning
    }

    private mutating func reportNoSuchKind(_ node: Node, _ finding: Resources.Finding) {
        report(
            Diagnostic(
                .error, finding.id, at: (node["apiVersion"] ?? node).location, field: "apiVersion", finding.message,
                hint: finding.hint,
                notes: [
                    Diagnostic.Note(location: node["kind"]?.location, fieldPath: "kind", message: "the kind")
                ]))
    }
}

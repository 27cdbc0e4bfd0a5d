import Diagnostics
import ManifestReading

/// Puts together what collectors found: later definitions replace earlier ones, a planned change goes over the current
/// state, kinds that are no policy are counted.
struct ObjectWalk {
    private struct Stored {
        var identity: ObjectIdentity
        var object: DecodedObject
        var location: SourceLocation
    }

    private var diagnostics: [Diagnostic] = []
    private var objects: [Stored] = []
    private var positions: [ObjectIdentity: Int] = [:]
    private var plannedObjects = PlannedObjects()
    private var notPolicy: [String: ClusterSnapshot.NotPolicy] = [:]

    /// Takes what was found in the inputs, in their order.
    ///
    /// - Parameter isPlanned: they are a planned change, and everything else has been taken.
    mutating func take(_ findings: [ObjectCollector.Finding], isPlanned: Bool) {
        for finding in findings {
            switch finding {
            case .diagnostics(let found): diagnostics += found
            case .leftAside(let kind, let location):
                notPolicy[kind, default: .init(kind: kind, count: 0, location: location)].count += 1
            case .object(let decoded):
                if isPlanned {
                    plan(decoded.object, decoded.identity, decoded.meta, at: decoded.location)
                } else {
                    store(decoded.object, decoded.identity, at: decoded.location)
                }
            }
        }
    }

    private mutating func report(_ location: SourceLocation, _ finding: Finding) {
        diagnostics.append(
            Diagnostic(.error, finding.id, at: location, field: "", finding.message, hint: finding.hint))
    }

    private mutating func plan(
        _ object: DecodedObject, _ identity: ObjectIdentity, _ meta: ObjectMeta, at location: SourceLocation
    ) {
        switch PlannedChange(object) {
        case .policy(let staged, let definition): store(staged, ObjectIdentity(definition, meta), at: location)
        case .noStagedKind: report(location, .noStagedKind(identity.kind))
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

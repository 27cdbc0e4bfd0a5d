import Diagnostics

/// How one object's text is read: what differs between the API server's and calicoctl's ways.
struct Dialect: Sendable, Hashable {
    /// `Protocol` counts as `protocol` (with a warning): calicoctl's habit, not kubectl's.
    var ignoresCaseOfKeys: Bool
    /// `crd.projectcalico.org/v1`: the form in which Calico stores its resources.
    var isStorageForm = false
    var edition = Edition.opensource

    static let kubernetes = Dialect(ignoresCaseOfKeys: false)
    static let calico = Dialect(ignoresCaseOfKeys: true)
    static let calicoStorage = Dialect(ignoresCaseOfKeys: false, isStorageForm: true)

    func of(_ edition: Edition) -> Dialect {
        var dialect = self
        dialect.edition = edition
        return dialect
    }
}

/// Gathers what is wrong with one object while it is decoded. Lives for one object and one thread.
final class ObjectLog {
    let dialect: Dialect
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether an error was found: the object contributes nothing.
    private(set) var isRefused = false

    init(dialect: Dialect) { self.dialect = dialect }

    func add(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
        if diagnostic.severity == .error { isRefused = true }
    }

    /// Adds to the first error (in reading order) what refusing the whole object does to traffic.
    func explainRefusal(_ consequence: String) {
        let errors = diagnostics.indices.filter { diagnostics[$0].severity == .error }
        guard
            let first = errors.min(by: { a, b in
                switch (diagnostics[a].location, diagnostics[b].location) {
                case (let left?, let right?): left < right
                default: false
                }
            })
        else { return }
        diagnostics[first].message += "; \(consequence)"
    }
}

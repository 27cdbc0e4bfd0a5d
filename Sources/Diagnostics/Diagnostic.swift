/// One finding about an input, as a value: gathered in lists, rendered at the edge.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Sendable, Hashable {
        case error
        case warning
        case note
    }

    /// A second place that belongs to the finding.
    public struct Note: Hashable, Sendable {
        public var location: SourceLocation?
        public var fieldPath: String
        public var message: String

        public init(location: SourceLocation?, fieldPath: String = "", message: String) {
            self.location = location
            self.fieldPath = fieldPath
            self.message = message
        }
    }

    /// Stable, kebab-case, greppable: `selector-syntax`.
    public var id: String
    public var severity: Severity
    /// `nil` when no input is to blame (the environment is).
    public var location: SourceLocation?
    /// As the API server writes it: `spec.egress[1].ports[0].protocol`; empty for syntax errors.
    public var fieldPath: String
    /// What was found, what is allowed, what it does to traffic.
    public var message: String
    /// What to do about it.
    public var hint: String?
    public var notes: [Note]

    public init(
        _ severity: Severity, _ id: String, at location: SourceLocation?, field: String = "", _ message: String,
        hint: String? = nil, notes: [Note] = []
    ) {
        self.id = id
        self.severity = severity
        self.location = location
        self.fieldPath = field
        self.message = message
        self.hint = hint
        self.notes = notes
    }
}

extension [Diagnostic] {
    public var hasErrors: Bool { contains { $0.severity == .error } }

    /// In input order, without exact repeats: what a user reads top to bottom.
    public var sortedForDisplay: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return enumerated()
            .filter { seen.insert($0.element).inserted }
            .sorted { a, b in
                switch (a.element.location, b.element.location) {
                case (let left?, let right?) where left != right: left < right
                case (nil, .some): true
                case (.some, nil): false
                default: a.offset < b.offset
                }
            }
            .map(\.element)
    }
}

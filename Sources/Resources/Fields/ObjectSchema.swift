import ManifestReading

/// What this program does with a field that the API knows.
enum FieldState: Sendable, Hashable {
    /// Read, and evaluated where it matters.
    case used
    /// Read and checked, but cannot change a verdict.
    case validated
    /// Not even read: cannot change a verdict.
    case ignored
    /// Validated, but only partly evaluated: its presence is a warning with this text.
    case partly(String)
    /// Read, but unknown to Calico: the rule that has it fails closed, which resolving reports.
    case failsClosed
    /// An error, for this reason, unless it is written as this (harmless) scalar.
    case refused(unless: String, reason: String)
}

/// One field that the API knows, and what becomes of it.
struct FieldDeclaration: Sendable {
    let name: String
    let state: FieldState
    /// The shape of the mapping, or of the list items, below this field.
    fileprivate(set) var nested: ObjectSchema?
    /// From here down an unknown field refuses the object: a pruned field would widen or narrow a policy.
    let refusesUnknown: Bool
    /// The only edition that has the field; `nil`: every one has.
    var edition: Edition?

    /// The same field, unknown in other editions.
    func only(in edition: Edition) -> FieldDeclaration {
        var declaration = self
        declaration.edition = edition
        return declaration
    }

    func exists(in edition: Edition) -> Bool { self.edition == nil || self.edition == edition }

    static func used(
        _ name: String, _ nested: ObjectSchema? = nil, refusesUnknown: Bool = false
    ) -> FieldDeclaration {
        FieldDeclaration(name: name, state: .used, nested: nested, refusesUnknown: refusesUnknown)
    }

    static func validated(_ name: String, _ nested: ObjectSchema? = nil) -> FieldDeclaration {
        FieldDeclaration(name: name, state: .validated, nested: nested, refusesUnknown: false)
    }

    static func ignored(_ name: String) -> FieldDeclaration {
        FieldDeclaration(name: name, state: .ignored, nested: nil, refusesUnknown: false)
    }

    static func partly(_ name: String, _ nested: ObjectSchema?, warning: String) -> FieldDeclaration {
        FieldDeclaration(name: name, state: .partly(warning), nested: nested, refusesUnknown: false)
    }

    static func failsClosed(_ name: String, _ nested: ObjectSchema? = nil) -> FieldDeclaration {
        FieldDeclaration(name: name, state: .failsClosed, nested: nested, refusesUnknown: false)
    }

    static func refused(_ name: String, unless harmless: String, because reason: String) -> FieldDeclaration {
        FieldDeclaration(
            name: name, state: .refused(unless: harmless, reason: reason), nested: nil, refusesUnknown: false)
    }
}

/// The fields of one kind of mapping: data, so that the decoder, its messages and a table of what is supported all
/// come from the same list.
final class ObjectSchema: Sendable {
    let fields: [FieldDeclaration]
    /// Fields that people write here although they belong elsewhere or nowhere: what to tell them.
    let knownMistakes: [String: String]
    /// Fields from here on are ignored: nobody asks for their values.
    let usedCount: Int
    /// Positions of the fields whose mere presence is reported.
    let reportedPositions: [Int]
    /// The names of `fields`.
    let keys: KeyTable
    /// Positions of the fields that not every edition has.
    let editionPositions: [Int]
    private let positionsIgnoringCase: [String: Int]

    init(_ fields: [FieldDeclaration], ignored: [String] = [], knownMistakes: [String: String] = [:]) {
        self.fields = fields + ignored.map { .ignored($0) }
        usedCount = fields.count
        reportedPositions = fields.indices.filter {
            switch fields[$0].state {
            case .used, .validated, .ignored, .failsClosed: false
            case .partly, .refused: true
            }
        }
        self.knownMistakes = knownMistakes
        keys = KeyTable(self.fields.map(\.name))
        editionPositions = self.fields.indices.filter { [fields = self.fields] in fields[$0].edition != nil }
        var folded: [String: Int] = [:]
        for (position, field) in self.fields.enumerated() { folded[field.name.lowercased()] = position }
        self.positionsIgnoringCase = folded
    }

    /// The same as objects of its own, nested schemas included.
    func copy() -> ObjectSchema {
        let copies = fields.map { field in
            var copy = field
            copy.nested = field.nested?.copy()
            return copy
        }
        return ObjectSchema(
            Array(copies[..<usedCount]), ignored: copies[usedCount...].map(\.name), knownMistakes: knownMistakes)
    }

    func position(of name: String) -> Int? { keys.position(of: name) }

    /// Go's JSON decoder, and so calicoctl, takes `Protocol` for `protocol`.
    func positionIgnoringCase(of name: String) -> Int? { positionsIgnoringCase[name.lowercased()] }
}

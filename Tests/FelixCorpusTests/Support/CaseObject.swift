/// What a corpus holds that its reader does not understand: the test fails rather than leave it aside.
struct CorpusFault: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// An object of a corpus file, all of whose fields are known to its reader.
struct CaseObject {
    /// Where it stands, for messages.
    let path: String
    private let fields: [String: JSONValue]

    /// `known` are the fields that the reader gives a meaning; any other one is a fault.
    init(_ value: JSONValue, at path: String, known: Set<String>) throws(CorpusFault) {
        guard case .object(let fields) = value else { throw CorpusFault("\(path): not an object") }
        let unknown = fields.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else { throw CorpusFault("\(path): fields of no known meaning: \(unknown)") }
        self.path = path
        self.fields = fields
    }

    /// The field's value; `nil` when it is absent or null.
    subscript(name: String) -> JSONValue? { fields[name].flatMap { $0 == .null ? nil : $0 } }

    func string(_ name: String) throws(CorpusFault) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else { throw mistyped(name, "a string") }
        return text
    }

    func requiredString(_ name: String) throws(CorpusFault) -> String {
        guard let text = try string(name) else { throw mistyped(name, "a string") }
        return text
    }

    func bool(_ name: String) throws(CorpusFault) -> Bool? {
        guard let value = self[name] else { return nil }
        guard case .bool(let truth) = value else { throw mistyped(name, "a truth value") }
        return truth
    }

    func number(_ name: String) throws(CorpusFault) -> Double? {
        guard let value = self[name] else { return nil }
        guard case .number(let number) = value else { throw mistyped(name, "a number") }
        return number
    }

    /// A whole number that `Value` can hold.
    func integer<Value: FixedWidthInteger>(_ name: String, _ type: Value.Type) throws(CorpusFault) -> Value? {
        guard let number = try number(name) else { return nil }
        guard let value = Value(exactly: number) else { throw mistyped(name, "\(type)") }
        return value
    }

    /// Empty when absent.
    func array(_ name: String) throws(CorpusFault) -> [JSONValue] {
        guard let value = self[name] else { return [] }
        guard case .array(let items) = value else { throw mistyped(name, "a list") }
        return items
    }

    /// Empty when absent.
    func strings(_ name: String) throws(CorpusFault) -> [String] {
        var texts: [String] = []
        for item in try array(name) {
            guard case .string(let text) = item else { throw mistyped(name, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// Empty when absent.
    func objects(_ name: String, known: Set<String>) throws(CorpusFault) -> [CaseObject] {
        var objects: [CaseObject] = []
        for (index, item) in try array(name).enumerated() {
            objects.append(try CaseObject(item, at: "\(path).\(name)[\(index)]", known: known))
        }
        return objects
    }

    func object(_ name: String, known: Set<String>) throws(CorpusFault) -> CaseObject? {
        guard let value = self[name] else { return nil }
        return try CaseObject(value, at: "\(path).\(name)", known: known)
    }

    /// The entries of a mapping from free keys; empty when absent.
    func entries(_ name: String) throws(CorpusFault) -> [(key: String, value: JSONValue)] {
        guard let value = self[name] else { return [] }
        guard case .object(let fields) = value else { throw mistyped(name, "a mapping") }
        return fields.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    }

    /// A mapping from labels to their values; empty when absent.
    func labels(_ name: String) throws(CorpusFault) -> [(key: String, value: String)] {
        var labels: [(key: String, value: String)] = []
        for (key, value) in try entries(name) {
            guard case .string(let text) = value else { throw mistyped(name, "labels") }
            labels.append((key: key, value: text))
        }
        return labels
    }

    func mistyped(_ name: String, _ expected: String) -> CorpusFault {
        CorpusFault("\(path).\(name): not \(expected)")
    }
}

/// Our converted object in Calico's v3 names, to be questioned by paths.
struct ConvertedObject {
    /// `null`: there is none.
    var result: JSONValue
    var isError = false
    /// Parts of Calico's object of which our model has no counterpart, by path, with the reason.
    var unmodelled: [String: String] = [:]
    /// What the model leaves out of expected values, by path.
    var reduced: [String: @Sendable (JSONValue) -> JSONValue] = [:]

    /// Why our model has no counterpart of a path; `nil` when it has one.
    func reasonToLeaveOut(_ path: String) -> String? {
        unmodelled.first { path == $0.key || path.hasPrefix("\($0.key).") }?.value
    }

    /// What differs from the expectation; `nil` when nothing does.
    func difference(_ expectation: ConversionCase.Expectation) throws(CorpusFault) -> String? {
        let path = expectation.path
        if path == "error" {
            return expectation.operation == (isError ? .isError : .noError) ? nil : "error: \(isError)"
        }
        let found = try Self.lookUp(path.split(separator: ".").map(String.init), in: result, at: path)
        let wanted = reduced[path].map { $0(expectation.value) } ?? expectation.value
        let holds =
            switch expectation.operation {
            case .equal: found.normalized(at: path) == wanted.normalized(at: path)
            case .notEqual: found.normalized(at: path) != wanted.normalized(at: path)
            case .sameElements: found.sortedElements == wanted.sortedElements
            case .length: .number(Double(found.length)) == wanted
            case .null: found == .null
            case .notNull: found != .null
            case .isError, .noError: throw CorpusFault("\(path): only the error is one or none")
            }
        return holds
            ? nil
            : "\(path): \(found.text), expected \(expectation.operation.rawValue) \(wanted.text)"
    }

    /// The value at a path. Keys may hold dots. What an object of our making has no key for is a fault of the path in
    /// the upper two levels, and Go's zero value below.
    private static func lookUp(
        _ parts: [String], in value: JSONValue, at path: String, depth: Int = 0
    ) throws(CorpusFault) -> JSONValue {
        guard let first = parts.first else { return value }
        if first == "#" { return .number(Double(value.length)) }
        switch value {
        case .array(let items):
            guard let index = Int(first) else { throw CorpusFault("\(path): \(first) is no index") }
            guard items.indices.contains(index) else { return .null }
            return try lookUp(Array(parts.dropFirst()), in: items[index], at: path, depth: depth + 1)
        case .object(let fields):
            for count in 1...parts.count {
                guard let inner = fields[parts.prefix(count).joined(separator: ".")] else { continue }
                return try lookUp(Array(parts.dropFirst(count)), in: inner, at: path, depth: depth + 1)
            }
            guard depth >= 2 else { throw CorpusFault("\(path) has no known meaning") }
            return .null
        default: return .null
        }
    }
}

extension JSONValue {
    /// Of texts, lists and mappings; nothing has length 0.
    fileprivate var length: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .array(let items): items.count
        case .object(let fields): fields.count
        case .null, .bool, .number: 0
        }
    }

    /// In any order.
    fileprivate var sortedElements: [String] {
        guard case .array(let items) = self else { return length == 0 ? [] : [text] }
        return items.map { $0.normalized(at: "").text }.sorted()
    }

    /// Without what Go calls empty, numbers as texts (a port is either), ports in one order.
    fileprivate func normalized(at path: String) -> JSONValue {
        switch self {
        case .null, .bool: return self == .bool(false) ? .null : self
        case .number: return .string(text)
        case .string(let text): return text.isEmpty ? .null : self
        case .array(let items):
            guard !items.isEmpty else { return .null }
            let normalized = items.map { $0.normalized(at: "") }
            let hasOrder = path.split(separator: ".").last != "ports"
            return .array(hasOrder ? normalized : normalized.sorted { $0.text < $1.text })
        case .object(let fields):
            let kept = fields.map { ($0.key, $0.value.normalized(at: $0.key)) }.filter { $0.1 != .null }
            return kept.isEmpty ? .null : .object(Dictionary(uniqueKeysWithValues: kept))
        }
    }
}

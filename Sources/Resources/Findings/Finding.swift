import ManifestReading

/// What is wrong, without the place: the wording of every message of this target comes from here and from the other
/// files of this folder. Where the API server has a text for it, ours begins with the same words.
struct Finding {
    /// Stable, kebab-case.
    var id: String
    var message: String
    var hint: String?

    init(_ id: String, _ message: String, hint: String? = nil) {
        self.id = id
        self.message = message
        self.hint = hint
    }
}

// MARK: Shape of the text

extension Finding {
    /// `expected` with its article: "a string", "a list".
    static func wrongType(_ node: Node, expected: String) -> Finding {
        Finding(
            "wrong-type", "must be \(expected), not \(description(of: node))", hint: typeHint(node, expected: expected))
    }

    private static func description(of node: Node) -> String {
        switch node.kind {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar: break
        }
        switch node.scalarType {
        case .bool: return "the boolean \(node.text)"
        case .integer, .float: return "the number \(node.text)"
        case .string: return "the string \(quoted(node.text))"
        case .null, nil: return "null"
        }
    }

    private static func typeHint(_ node: Node, expected: String) -> String? {
        switch (node.kind, node.scalarType) {
        case (.scalar, .bool?) where expected.hasPrefix("a string"):
            "quote it: \"\(node.text)\" (a plain \(node.text) is a boolean in YAML 1.1)"
        case (.scalar, .integer?) where expected.hasPrefix("a string"),
            (.scalar, .float?) where expected.hasPrefix("a string"):
            "quote it: \"\(node.text)\""
        case (.scalar, .string?) where expected == "an integer" && Int(node.text) != nil:
            "write it without quotes: \(node.text)"
        case (.scalar, .string?) where expected == "a boolean" && ["true", "false"].contains(node.text):
            "write it without quotes: \(node.text)"
        case (.scalar, .some) where expected == "a list": "write it as a list: [\(node.text)]"
        default: nil
        }
    }

    static func booleanLetter(_ letter: String) -> Finding {
        Finding(
            "boolean-letter",
            "a plain \(letter) is a boolean to kubectl, and the API refuses it here; it is read as the text "
                + quoted(letter),
            hint: "quote it: \"\(letter)\"")
    }

    static func unknownField(_ name: String, advice: String?, suggestion: String?) -> Finding {
        let hint = advice ?? suggestion.map { "did you mean \($0)?" }
        return Finding("unknown-field", "unknown field \(quoted(name))", hint: hint)
    }

    static func keyDiffersInCase(_ written: String, from name: String) -> Finding {
        Finding(
            "key-case", "is read as \(name): calicoctl ignores the case of keys, kubectl refuses it",
            hint: "write \(name)")
    }

    static func ambiguousKey(_ name: String, _ other: String) -> Finding {
        Finding("ambiguous-key", "\(quoted(name)) and \(quoted(other)) name the same field: only one may be there")
    }

    // MARK: Support

    static func notEmulated(_ name: String, reason: String) -> Finding {
        Finding("not-emulated", "\(name): \(reason)")
    }

    static func partlyEvaluated(_ text: String) -> Finding { Finding("partly-evaluated", text) }

    /// As Go prints a string in an error: in double quotes.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

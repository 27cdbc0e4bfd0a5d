import ManifestReading

extension Field {
    /// This field as text; `nil` when absent, or (reported) of another type.
    func string() -> String? {
        guard let node else { return nil }
        guard node.scalarType == .string else {
            error(.wrongType(node, expected: "a string"))
            return nil
        }
        return node.text
    }

    /// As `string()`, with the empty string taken as absent: how Go marks an unset string.
    func nonEmptyString() -> String? {
        guard let text = string(), !text.isEmpty else { return nil }
        return text
    }

    /// As `nonEmptyString()`, where the API wants a value: an absent or empty one is reported.
    func requiredString(_ reason: String = "") -> String? {
        guard let text = isPresent ? string() : "" else { return nil }
        if text.isEmpty { error(.required(reason)) }
        return text.isEmpty ? nil : text
    }

    func bool() -> Bool? {
        guard let node else { return nil }
        guard let value = node.boolValue else {
            error(.wrongType(node, expected: "a boolean"))
            return nil
        }
        return value
    }

    /// A whole number of 64 bits, in any form that kubectl sends as one.
    func integer() -> Int? {
        guard let node else { return nil }
        guard let value = node.integerValue else {
            error(.wrongType(node, expected: "an integer"))
            return nil
        }
        return Int(value)
    }

    /// An integer within `range`; another one is reported with `finding`.
    func integer(in range: ClosedRange<Int>, otherwise finding: (Int) -> Finding) -> Int? {
        guard let value = integer() else { return nil }
        guard range.contains(value) else {
            error(finding(value))
            return nil
        }
        return value
    }

    /// A finite number.
    func number() -> Double? {
        guard let node else { return nil }
        guard let value = node.doubleValue else {
            error(.wrongType(node, expected: "a number"))
            return nil
        }
        return value
    }

    /// One of `allowed`, exactly spelled; absent gives `nil`.
    func choice<Choice: RawRepresentable<String>>(_ allowed: [Choice]) -> Choice? {
        guard let text = string() else { return nil }
        if let choice = allowed.first(where: { $0.rawValue == text }) { return choice }
        error(.unsupportedValue(text, allowed: allowed.map(\.rawValue)))
        return nil
    }

    /// As `choice`, where the API wants a value: an absent one is reported as `""`, as it does.
    func requiredChoice<Choice: RawRepresentable<String>>(_ allowed: [Choice]) -> Choice? {
        guard isPresent else {
            error(.unsupportedValue("", allowed: allowed.map(\.rawValue)))
            return nil
        }
        return choice(allowed)
    }
}

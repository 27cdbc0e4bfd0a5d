/// One option in the table of a command: what argp parses by, and what the help and the shell completions print.
struct OptionRow: Sendable, Hashable {
    /// Without the dashes.
    let long: String
    /// One ASCII letter.
    let short: Character?
    /// `nil` for a flag.
    let value: ValueShape?
    /// ASCII, no full stop; choices and defaults are appended by the printer.
    let help: String

    /// `-o, --output` or `--node`: how messages name the option.
    var displayName: String { (short.map { "-\($0), " } ?? "") + "--\(long)" }
}

/// What follows an option or stands as a positional argument.
struct ValueShape: Sendable, Hashable {
    /// What a shell can offer for it.
    enum Completion: Sendable, Hashable {
        case file
        case directory
        case nothing
    }

    /// As in the usage line: `FILE`.
    let name: String
    /// All valid words; empty where they can't be listed.
    var choices: [String] = []
    var defaultText: String?
    var completion = Completion.nothing
}

/// An option without value.
struct Flag: Sendable {
    let row: OptionRow

    init(_ long: String, _ short: Character? = nil, help: String) {
        row = OptionRow(long: long, short: short, value: nil, help: help)
    }
}

/// An option with a value, and how to read it. Given several times, the last one counts, unless the command reads all.
struct ValueOption<Value: Sendable>: Sendable {
    let row: OptionRow
    /// Throws what is wrong with the text alone; the option's name is added by the caller.
    let decode: @Sendable (String) throws(UsageError) -> Value

    init(
        _ long: String, _ short: Character? = nil, _ shape: ValueShape, help: String,
        decode: @escaping @Sendable (String) throws(UsageError) -> Value
    ) {
        row = OptionRow(long: long, short: short, value: shape, help: help)
        self.decode = decode
    }
}

extension ValueOption where Value == String {
    /// An option whose value is taken as it is.
    init(_ long: String, _ short: Character? = nil, _ shape: ValueShape, help: String) {
        self.init(long, short, shape, help: help) { (text) throws(UsageError) in text }
    }
}

extension ValueOption where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// An option that takes one of a few words: the cases of an enumeration, in their order.
    static func choice(
        _ long: String, _ short: Character? = nil, _ name: String, default preset: Value?, help: String
    ) -> ValueOption {
        let words = Value.allCases.map(\.rawValue)
        let shape = ValueShape(name: name, choices: words, defaultText: preset?.rawValue)
        return ValueOption(long, short, shape, help: help) { (text) throws(UsageError) in
            guard let value = Value(rawValue: text) else { throw .notOneOf(words, found: text) }
            return value
        }
    }
}

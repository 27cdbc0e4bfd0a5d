/// What the user wrote after a command's name, sorted by the command's table.
struct ParsedArguments: Sendable, Equatable {
    /// Texts by long option name, in the order given; an empty text for each time a flag was given.
    private(set) var texts: [String: [String]] = [:]
    private(set) var positionals: [String] = []

    mutating func add(_ text: String, to option: OptionRow) { texts[option.long, default: []].append(text) }

    mutating func addPositional(_ word: String) { positionals.append(word) }

    /// The same arguments after the options of `earlier`, which therefore yield to them.
    func preceded(by earlier: ParsedArguments) -> ParsedArguments {
        var all = self
        all.texts = earlier.texts.merging(texts) { $0 + $1 }
        return all
    }

    func has(_ flag: Flag) -> Bool { texts[flag.row.long] != nil }

    /// The value given last; `nil` if the option was not given.
    func value<Value>(of option: ValueOption<Value>) throws(UsageError) -> Value? {
        guard let text = texts[option.row.long]?.last else { return nil }
        return try decode(text, of: option)
    }

    /// All values in the order given.
    func values<Value>(of option: ValueOption<Value>) throws(UsageError) -> [Value] {
        var values: [Value] = []
        for text in texts[option.row.long] ?? [] { values.append(try decode(text, of: option)) }
        return values
    }

    private func decode<Value>(_ text: String, of option: ValueOption<Value>) throws(UsageError) -> Value {
        do {
            return try option.decode(text)
        } catch {
            throw error.about(option.row)
        }
    }
}

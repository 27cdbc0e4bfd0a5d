/// Says what is wrong with a word that argp refused as an option, from the table that argp used.
enum OptionFault {
    /// `nil` if nothing is wrong with the word.
    static func find(in word: String, options: [OptionRow]) -> UsageError? {
        if word.hasPrefix("--"), word != "--" { return longFault(word, options) }
        if word.hasPrefix("-"), word != "-", word != "--" { return shortFault(word, options) }
        return nil
    }

    private static func longFault(_ word: String, _ options: [OptionRow]) -> UsageError? {
        let body = word.dropFirst(2)
        let name = String(body.prefix { $0 != "=" })
        let hasValue = body.contains("=")
        var matches = options.filter { $0.long == name }
        if matches.isEmpty { matches = options.filter { $0.long.hasPrefix(name) } }
        guard let match = matches.first else {
            return unknown("--\(name)", like: name, options)
        }
        guard matches.count == 1 else {
            let names = matches.map { "--\($0.long)" }.joined(separator: ", ")
            return UsageError("option '--\(name)' is ambiguous: \(names)")
        }
        if match.value == nil, hasValue { return UsageError("option '--\(match.long)' takes no value") }
        return match.value != nil && !hasValue ? missingValue("--\(match.long)", match) : nil
    }

    private static func shortFault(_ word: String, _ options: [OptionRow]) -> UsageError? {
        let letters = word.dropFirst()
        for (offset, letter) in letters.enumerated() {
            guard letter != "?" else { continue }
            guard let match = options.first(where: { $0.short == letter }) else {
                return unknown("-\(letter)", like: letters.count > 1 ? String(letters) : "", options)
            }
            guard match.value != nil else { continue }
            return offset == letters.count - 1 ? missingValue("-\(letter)", match) : nil
        }
        return nil
    }

    private static func missingValue(_ name: String, _ option: OptionRow) -> UsageError {
        UsageError("option '\(name)' requires a value: \(option.value?.name ?? "")")
    }

    private static func unknown(_ shown: String, like name: String, _ options: [OptionRow]) -> UsageError {
        let nearest = NearestName.find(name, among: options.map(\.long))
        return UsageError("unrecognized option '\(shown)'", hint: nearest.map { "did you mean '--\($0)'?" })
    }
}

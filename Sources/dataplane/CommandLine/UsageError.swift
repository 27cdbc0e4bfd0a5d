/// A command line that can't be obeyed: exit status 2.
struct UsageError: Error, Hashable {
    var message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// A word that is none of the valid ones; names the nearest of them.
    static func notOneOf(_ words: [String], found: String) -> UsageError {
        UsageError(
            "'\(found)' is not one of \(words.joined(separator: ", "))",
            hint: NearestName.find(found, among: words).map { "did you mean '\($0)'?" })
    }

    /// The same error, its message led by the option that it is about.
    func about(_ option: OptionRow) -> UsageError { UsageError("\(option.displayName): \(message)", hint: hint) }
}

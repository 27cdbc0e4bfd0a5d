/// What is wrong with a selector's text (calico.md 2.4), and where.
public struct SelectorError: Error, Sendable, Hashable {
    /// What was found and what is allowed.
    public var message: String
    /// Of the offending token, from 1, in Unicode scalars.
    public var column: Int

    public init(message: String, column: Int) {
        self.message = message
        self.column = column
    }
}

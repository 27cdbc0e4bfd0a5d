/// The options that every command has.
enum CommonOptions {
    static let color = ValueOption<Activation>.choice(
        "color", nil, "WHEN", default: .auto, help: "Colour messages and text results")
    static let progress = ValueOption<Activation>.choice(
        "progress", nil, "WHEN", default: .auto, help: "Show a progress bar on stderr")
    static let diagnostics = ValueOption<DiagnosticsFormat>.choice(
        "diagnostics", nil, "FORMAT", default: .text, help: "How to print findings on stderr")
    static let logLevel = ValueOption<LogLevel>.choice(
        "log-level", nil, "LEVEL", default: .info, help: "The least important messages to print on stderr")

    static let help = Flag("help", "h", help: "Print this help")
    static let usage = Flag("usage", help: "Print a short usage message")
    static let version = Flag("version", "V", help: "Print the version")

    /// Options that change how a command prints.
    static let printing = [color.row, progress.row, diagnostics.row, logLevel.row]
    /// Options that print something instead of running the command.
    static let informing = [help.row, usage.row, version.row]
    static let rows = printing + informing
}

/// When to use a thing that suits terminals only.
enum Activation: String, CaseIterable, Sendable {
    /// If the stream is a terminal and the environment doesn't object.
    case auto
    case always
    case never
}

enum DiagnosticsFormat: String, CaseIterable, Sendable {
    /// `path:line:column: error: field: message [id]` and indented hints.
    case text
    /// One object per line.
    case json
}

/// Importance of a message on stderr, most important first.
enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case error
    case warning
    case info
    case debug

    private var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        case .debug: 3
        }
    }

    static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }
}

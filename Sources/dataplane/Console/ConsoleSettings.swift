/// How a run prints: the common options, with their defaults.
struct ConsoleSettings: Sendable, Equatable {
    var color = Activation.auto
    var progress = Activation.auto
    var diagnostics = DiagnosticsFormat.text
    var logLevel = LogLevel.info

    init() {}

    init(_ arguments: ParsedArguments) throws(UsageError) {
        color = try arguments.value(of: CommonOptions.color) ?? color
        progress = try arguments.value(of: CommonOptions.progress) ?? progress
        diagnostics = try arguments.value(of: CommonOptions.diagnostics) ?? diagnostics
        logLevel = try arguments.value(of: CommonOptions.logLevel) ?? logLevel
    }
}

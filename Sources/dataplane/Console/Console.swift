import Diagnostics

/// The two output streams of a run: results on stdout, everything else on stderr.
///
/// Belongs to one thread. A command writes its results as it gets them; `finish` flushes them and turns a failed write
/// into exit status 3.
final class Console {
    let settings: ConsoleSettings
    /// Colours of results.
    let style: TextStyle
    /// Colours of messages.
    let messageStyle: TextStyle
    private var results: OutputStream
    private var messages: OutputStream
    private let resultsAreOnTerminal: Bool
    private let showsProgress: Bool
    private var progressLine: ProgressLine?

    /// The descriptors are those of stdout and stderr unless a test says otherwise; `environment` looks a variable up.
    init(
        _ settings: ConsoleSettings, stdout: Int32 = 1, stderr: Int32 = 2,
        environment: (String) -> String? = SystemCalls.environment
    ) {
        self.settings = settings
        results = OutputStream(descriptor: stdout, operation: "write to standard output")
        messages = OutputStream(descriptor: stderr, operation: "write to standard error")
        resultsAreOnTerminal = SystemCalls.isTerminal(stdout)
        let messagesAreOnTerminal = SystemCalls.isTerminal(stderr)
        style = TextStyle(settings.color, isTerminal: resultsAreOnTerminal, environment: environment)
        messageStyle = TextStyle(settings.color, isTerminal: messagesAreOnTerminal, environment: environment)
        showsProgress =
            switch settings.progress {
            case .always: true
            case .never: false
            case .auto:
                messagesAreOnTerminal && environment("CI") == nil && environment("TERM") != "dumb"
            }
    }

    /// Appends to the results; no newline is added.
    func write(_ text: String) { results.write(text) }

    func writeLine(_ line: String) { results.write(line + "\n") }

    /// Whether results can still be delivered; long runs may stop when they can't.
    var canWrite: Bool { results.failure == nil }

    /// Prints one line on stderr, if `--log-level` lets it.
    func log(_ level: LogLevel, _ message: String) {
        guard level <= settings.logLevel else { return }
        printMessage("dataplane: \(message)")
    }

    /// Prints the findings in input order, as `--diagnostics` says and `--log-level` lets.
    func report(_ diagnostics: [Diagnostic], sources: SourceMap = SourceMap()) {
        let renderer = DiagnosticRenderer(sources: sources)
        for diagnostic in diagnostics.sortedForDisplay where diagnostic.severity.level <= settings.logLevel {
            switch settings.diagnostics {
            case .text: printMessage(messageStyle.colored(renderer.text(diagnostic), diagnostic.severity))
            case .json: printMessage(renderer.json(diagnostic))
            }
        }
    }

    /// Reports a command line that can't be obeyed.
    func report(_ error: UsageError, in command: Command) {
        let diagnostic = Diagnostic(.error, "usage", at: nil, error.message, hint: error.hint)
        guard settings.diagnostics == .text else { return report([diagnostic]) }
        printMessage("\(command.path): \(messageStyle.red("error:")) \(error.message)")
        if let hint = error.hint { printMessage("    hint: \(hint)") }
        printMessage("Try '\(command.path) --help' for more information.")
    }

    /// Reports what the environment refused.
    func report(_ error: SystemError) {
        report([Diagnostic(.error, "system", at: nil, "cannot \(error)")])
    }

    /// Starts a progress line; it shows only where `--progress` and the terminal allow it.
    func startProgress(_ label: String, total: UInt64?) {
        progressLine = showsProgress ? ProgressLine(label: label, total: total) : nil
    }

    /// Moves the progress line to `done` of its total; `note` is anything worth knowing meanwhile.
    func advanceProgress(to done: UInt64, note: @autoclosure () -> String = "") {
        guard let line = progressLine?.update(to: done, note: note) else { return }
        messages.write(ProgressLine.clear + line)
        messages.flush()
    }

    func endProgress() {
        clearProgress()
        progressLine = nil
    }

    /// Delivers what is buffered. `status`, or `environment` if results could not be written.
    func finish(_ status: ExitStatus) -> ExitStatus {
        endProgress()
        results.close()
        guard let failure = results.failure else { return status }
        report(failure)
        return status.combined(with: .environment)
    }

    /// On a terminal the order of results and messages is the order of events.
    private func printMessage(_ text: String) {
        if resultsAreOnTerminal { results.flush() }
        clearProgress()
        messages.write(text + "\n")
        messages.flush()
    }

    private func clearProgress() {
        guard progressLine?.hide() == true else { return }
        messages.write(ProgressLine.clear)
        messages.flush()
    }
}

extension Diagnostic.Severity {
    /// The `--log-level` from which findings of this severity are printed.
    fileprivate var level: LogLevel {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note: .info
        }
    }
}

extension TextStyle {
    /// Colours the severity word in the first line of a rendered finding.
    fileprivate func colored(_ text: String, _ severity: Diagnostic.Severity) -> String {
        let word = "\(severity.rawValue):"
        guard isColored, let range = text.firstRange(of: word) else { return text }
        let shown = severity == .error ? red(word) : severity == .warning ? yellow(word) : bold(word)
        return text[..<range.lowerBound] + shown + text[range.upperBound...]
    }
}

/// Colours for one stream, or none.
struct TextStyle: Sendable, Equatable {
    let isColored: Bool

    static let plain = TextStyle(isColored: false)

    /// `--color`; with `auto` `NO_COLOR` (no-color.org), `CLICOLOR_FORCE`, then whether the stream is a terminal that
    /// knows colours. `environment` looks a variable up.
    init(_ activation: Activation, isTerminal: Bool, environment: (String) -> String?) {
        isColored =
            switch activation {
            case .always: true
            case .never: false
            case .auto:
                if environment("NO_COLOR")?.isEmpty == false {
                    false
                } else if let force = environment("CLICOLOR_FORCE"), !force.isEmpty, force != "0" {
                    true
                } else {
                    isTerminal && environment("TERM") != "dumb"
                }
            }
    }

    init(isColored: Bool) { self.isColored = isColored }

    func bold(_ text: String) -> String { wrapped(text, "1") }
    func red(_ text: String) -> String { wrapped(text, "31") }
    func green(_ text: String) -> String { wrapped(text, "32") }
    func yellow(_ text: String) -> String { wrapped(text, "33") }

    /// ECMA-48 "select graphic rendition".
    private func wrapped(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

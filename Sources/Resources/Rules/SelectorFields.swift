import Selectors

/// Where Calico allows the text `global(`.
enum GlobalSelectorUse {
    /// Nowhere in the text, not even in a string literal: the API server compares text, not meaning.
    case forbidden
    /// `global()` alone, or not at all.
    case aloneOnly
    /// Anywhere; true like `all()`.
    case anywhere
}

extension Field {
    /// The API server's limit on the selectors of a policy's subject.
    static let policySelectorLimit = 1024

    /// This field as a Calico selector (calico.md 2); `nil` when absent or empty, which means `all()`.
    func selector(global use: GlobalSelectorUse, limit: Int = .max) -> Located<Selector>? {
        guard let text = nonEmptyString() else { return nil }
        if text.utf8.count > limit { error(.tooLong(limit: limit)) }
        do throws(SelectorError) {
            let selector = try Selector(parsing: text)
            checkGlobal(text, use)
            return Located(selector, at: location)
        } catch {
            self.error(.selectorSyntax(text, message: error.message, column: error.column))
            return nil
        }
    }

    private func checkGlobal(_ text: String, _ use: GlobalSelectorUse) {
        guard text.contains("global(") else { return }
        switch use {
        case .forbidden: error(.globalSelectorForbidden(text))
        case .aloneOnly: if !Self.isGlobalAlone(text) { error(.globalSelectorCombined(text)) }
        case .anywhere: break
        }
    }

    /// Whether `text` is `global()`, blanks around and inside aside.
    private static func isGlobalAlone(_ text: String) -> Bool {
        String(text.filter { $0 != " " && $0 != "\t" }) == "global()"
    }
}

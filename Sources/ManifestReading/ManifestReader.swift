public import Diagnostics

/// What reading one input gives: its documents and everything wrong with its syntax.
public struct ReadManifest: Sendable {
    public var tree: NodeTree
    public var diagnostics: [Diagnostic]
    /// Of JSON inputs keys are exact and scalars typed by JSON; of YAML by YAML 1.1.
    public var isJSON: Bool
}

/// Turns the bytes of one input into documents, as kubectl would read them.
///
/// ```
///                    ┌─ SplitYAMLReader (cores) ─── BlockYAMLReader ────┐
/// bytes ─ InputText ─┼─ YAMLEventReader (libyaml) ─ YAMLDocumentReader ─┼─ NodeTreeBuilder ─ NodeTree
///                    └─ cjson_read (simdjson) ───── JSONDocumentReader ─┘
/// ```
///
/// A syntax error ends its input: the documents before it are kept, the error is among the diagnostics. An error in a
/// value (a tag that does not fit, an infinite number) drops its document alone.
public enum ManifestReader {
    /// Linear in `bytes` but for aliases, whose copies `ManifestLimits` bounds. Never fails: what is wrong becomes a
    /// diagnostic with its place in `file`.
    public static func read(bytes: [UInt8], file: SourceFileID) -> ReadManifest {
        var problems = ReadingProblems(file: file)
        guard bytes.count <= ManifestLimits.inputBytes else {
            problems.report(.inputTooLarge, line: 0, column: 0)
            return empty(problems)
        }
        let text: InputText
        do {
            text = try InputText(bytes)
        } catch {
            problems.report(.invalidUTF16, line: error.line, column: error.column)
            return empty(problems)
        }
        if text.looksLikeJSON {
            let builder = JSONDocumentReader.read(text, &problems)
            return ReadManifest(
                tree: builder.finish(file: file, isJSON: true, source: text.bytes), diagnostics: problems.diagnostics,
                isJSON: true)
        }
        if let tree = SplitYAMLReader.read(text, file: file) ?? BlockYAMLReader.read(text, file: file) {
            return ReadManifest(tree: tree, diagnostics: problems.diagnostics, isJSON: false)
        }
        let builder = YAMLDocumentReader.read(text, &problems)
        return ReadManifest(
            tree: builder.finish(file: file, isJSON: false), diagnostics: problems.diagnostics, isJSON: false)
    }

    /// No documents.
    static func empty(_ problems: ReadingProblems) -> ReadManifest {
        let tree = NodeTreeBuilder().finish(file: problems.file, isJSON: false)
        return ReadManifest(tree: tree, diagnostics: problems.diagnostics, isJSON: false)
    }
}

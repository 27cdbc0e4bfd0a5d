import Diagnostics

/// Gathers what is wrong with one input: the only place where this target words diagnostics.
struct ReadingProblems {
    let file: SourceFileID
    private(set) var diagnostics: [Diagnostic] = []

    init(file: SourceFileID) { self.file = file }

    mutating func report(_ problem: ReadingProblem, line: UInt32, column: UInt32) {
        diagnostics.append(
            Diagnostic(
                problem.severity, problem.id, at: place(line, column), problem.message, hint: problem.hint))
    }

    /// With a second place that belongs to the finding.
    mutating func report(
        _ problem: ReadingProblem, line: UInt32, column: UInt32, note: String, noteLine: UInt32, noteColumn: UInt32
    ) {
        diagnostics.append(
            Diagnostic(
                problem.severity, problem.id, at: place(line, column), problem.message, hint: problem.hint,
                notes: [Diagnostic.Note(location: place(noteLine, noteColumn), message: note)]))
    }

    private func place(_ line: UInt32, _ column: UInt32) -> SourceLocation {
        SourceLocation(file: file, line: line, column: column)
    }
}

/// Everything that can be wrong with an input and its syntax.
enum ReadingProblem {
    case notFound(String, isURL: Bool)
    case unreadable(String)
    case noManifests(recursive: Bool)
    case specialFile
    case standardInputTwice
    case inputTooLarge
    case invalidUTF16
    case invalidUTF8
    case yamlSyntax(problem: String, context: String, atTab: Bool)
    case jsonSyntax(String)
    case tooDeep
    case tooManyNodes
    case excessiveAliases
    case unknownAnchor(String)
    case recursiveAlias(String)
    case complexKey
    case nullKey
    case rewrittenKey(written: String, read: String)
    case unknownTag(String)
    case tagMismatch(tag: String, text: String, found: String)
    case badBase64
    case nonFiniteNumber(String)
    case mergeNeedsMapping
    case mergeReplacesKey(String)
    case duplicateKey(String)

    var severity: Diagnostic.Severity {
        switch self {
        case .duplicateKey, .rewrittenKey, .mergeReplacesKey, .specialFile, .standardInputTwice: .warning
        default: .error
        }
    }

    var id: String {
        switch self {
        case .notFound, .unreadable: "unreadable-input"
        case .noManifests: "no-manifests"
        case .specialFile: "special-file"
        case .standardInputTwice: "standard-input-twice"
        case .inputTooLarge: "input-too-large"
        case .invalidUTF16, .invalidUTF8: "invalid-encoding"
        case .yamlSyntax: "yaml-syntax"
        case .jsonSyntax: "json-syntax"
        case .tooDeep: "nesting-too-deep"
        case .tooManyNodes: "too-many-nodes"
        case .excessiveAliases: "excessive-aliases"
        case .unknownAnchor: "unknown-anchor"
        case .recursiveAlias: "recursive-alias"
        case .complexKey, .nullKey: "invalid-key"
        case .rewrittenKey: "rewritten-key"
        case .unknownTag: "unknown-tag"
        case .tagMismatch, .badBase64: "tag-mismatch"
        case .nonFiniteNumber: "non-finite-number"
        case .mergeNeedsMapping: "merge-needs-mapping"
        case .mergeReplacesKey: "merge-replaces-key"
        case .duplicateKey: "duplicate-key"
        }
    }

    var message: String {
        switch self {
        case .notFound(let reason, _), .unreadable(let reason): "can't be read: \(reason)"
        case .noManifests(let recursive):
            "no file ending in .yaml, .yml or .json in this directory\(recursive ? " or below" : "")"
        case .specialFile: "not a regular file: skipped"
        case .standardInputTwice: "standard input is read once: the second - adds nothing"
        case .inputTooLarge: "input of more than \(ManifestLimits.inputBytes) bytes: it is not read"
        case .invalidUTF16: "invalid UTF-16; the rest of this input is not read"
        case .invalidUTF8: "invalid UTF-8; the rest of this input is not read"
        case .yamlSyntax(let problem, let context, _):
            "invalid YAML: \(problem)\(context.isEmpty ? "" : " (\(context))"); the rest of this input is not read"
        case .jsonSyntax(let problem): "invalid JSON: \(problem); the rest of this input is not read"
        case .tooDeep: "nested deeper than \(ManifestLimits.depth) levels; the rest of this input is not read"
        case .tooManyNodes: "more than \(ManifestLimits.nodes) values; the rest of this input is not read"
        case .excessiveAliases:
            "aliases multiply this document beyond \(ManifestLimits.freeAliasNodes) values; the rest of this input is "
                + "not read"
        case .unknownAnchor(let name): "unknown anchor \"\(name)\"; the rest of this input is not read"
        case .recursiveAlias(let name): "anchor \"\(name)\" contains itself; the rest of this input is not read"
        case .complexKey: "a mapping or sequence can't be a key; this document is not read"
        case .nullKey: "null can't be a key; this document is not read"
        case .rewrittenKey(let written, let read):
            "key \(written) is not a string in YAML 1.1: kubectl reads it as \"\(read)\""
        case .unknownTag(let tag): "unknown tag \(tag); this document is not read"
        case .tagMismatch(let tag, let text, let found):
            "\"\(text)\" is tagged \(tag), but it is \(found); this document is not read"
        case .badBase64: "!!binary value contains invalid base64 data; this document is not read"
        case .nonFiniteNumber(let text):
            "\(text) is a number that Kubernetes can't store; this document is not read"
        case .mergeNeedsMapping: "a merge key (<<) needs a mapping or a sequence of mappings; this document is not read"
        case .mergeReplacesKey(let key):
            "the merge replaces key \"\(key)\" above it: kubectl takes the merged value"
        case .duplicateKey(let key): "key \"\(key)\" is given twice: the later value is taken, as kubectl does"
        }
    }

    var hint: String? {
        switch self {
        case .notFound(_, isURL: true): "URLs are not fetched: download the file and name it"
        case .noManifests(recursive: false): "-R searches the directories below too"
        case .specialFile: "name it itself to read it"
        case .yamlSyntax(_, _, atTab: true): "indent with spaces: YAML forbids tabs there"
        case .jsonSyntax: "an input that begins with { or [ is read as JSON; begin YAML with ---"
        case .rewrittenKey: "quote the key"
        case .nonFiniteNumber: "quote it if it is meant as text"
        case .mergeReplacesKey: "put << first in its mapping"
        default: nil
        }
    }
}

/// Ends the reading of an input; already reported.
struct ReadingStopped: Error {}

/// Where a command gets its manifests from: the options that all of them share.
struct ManifestOptions: Sendable, Equatable {
    /// Files, directories, or `-` for standard input; never empty.
    let paths: [String]
    /// Whether to descend into subdirectories.
    let isRecursive: Bool
    /// Of resources that name none, and of pods named without one.
    let namespace: String

    static let file = ValueOption<String>(
        "filename", "f", ValueShape(name: "FILE", completion: .file),
        help: "Read manifests from a file, a directory or - (stdin); repeatable")
    static let recursive = Flag("recursive", "R", help: "Read the directories of -f with all their subdirectories")
    static let namespaceOption = ValueOption<String>(
        "namespace", "n", ValueShape(name: "NAME", defaultText: "default"),
        help: "Namespace of what names none", decode: ValueDecoding.namespace)
    static let rows = [file.row, recursive.row, namespaceOption.row]

    static let environmentVariable = "DATAPLANE_MANIFESTS"
    static let surplusHint = "manifests are named by -f FILE"

    /// `-f`, else `$DATAPLANE_MANIFESTS`, else `fallback`.
    init(
        _ arguments: ParsedArguments, fallback: String? = nil,
        environment: (String) -> String? = SystemCalls.environment
    ) throws(UsageError) {
        var paths = try arguments.values(of: Self.file)
        if paths.isEmpty, let path = environment(Self.environmentVariable), !path.isEmpty { paths = [path] }
        if paths.isEmpty, let fallback { paths = [fallback] }
        guard !paths.isEmpty else {
            throw UsageError("no manifests", hint: "name them by -f FILE or in $\(Self.environmentVariable)")
        }
        guard !paths.contains("") else { throw UsageError("\(Self.file.row.displayName): the name is empty") }
        guard paths.count(where: { $0 == "-" }) < 2 else {
            throw UsageError("standard input can be read only once: -f - was given twice")
        }
        self.paths = paths
        isRecursive = arguments.has(Self.recursive)
        namespace = try arguments.value(of: Self.namespaceOption) ?? "default"
    }
}

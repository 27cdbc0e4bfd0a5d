public import Diagnostics

/// The inputs that `-f FILE|DIR|-` arguments name.
///
/// A directory stands for its files ending in `.yaml`, `.yml` or `.json`, as with kubectl; with `recursive` also those of
/// the directories below. A file named itself may have any extension and be a FIFO or a device. Files come in the bytewise
/// order of their paths within each argument, arguments in their own order. Symbolic links are followed; a directory met
/// twice, by whatever path, is read once.
public struct ManifestSource: Sendable {
    /// One input, registered in the `SourceMap`.
    public struct Input: Sendable, Hashable {
        public let file: SourceFileID
        /// `-` is standard input.
        public let path: String
    }

    /// A directory that an argument names, with its inputs.
    public struct Directory: Sendable, Hashable {
        public let path: String
        /// Into `ManifestSource.inputs`.
        public let inputs: Range<Int>
    }

    public private(set) var inputs: [Input] = []
    public private(set) var directories: [Directory] = []
    /// What could not be found, in the order of the arguments.
    public private(set) var diagnostics: [Diagnostic] = []

    /// Looks the arguments up. Missing ones become diagnostics; the others go on.
    public init(arguments: [String], recursive: Bool, sources: inout SourceMap) {
        for argument in arguments {
            if argument == "-" {
                addStandardInput(&sources)
                continue
            }
            do {
                switch try FileAccess.status(argument).kind {
                case .directory: addDirectory(argument, recursive, &sources)
                case .file, .special: inputs.append(Input(file: sources.add(argument), path: argument))
                }
            } catch {
                report(.notFound(error.reason, isURL: argument.contains("://")), argument, &sources)
            }
        }
    }

    /// Reads and parses one input. An input that can't be read gives no documents and one diagnostic.
    public static func read(_ input: Input) -> ReadManifest {
        do {
            let bytes = try FileAccess.read(input.path, limit: ManifestLimits.inputBytes)
            return ManifestReader.read(bytes: bytes, file: input.file)
        } catch {
            var problems = ReadingProblems(file: input.file)
            problems.report(error.isTooLarge ? .inputTooLarge : .unreadable(error.reason), line: 0, column: 0)
            return ManifestReader.empty(problems)
        }
    }

    /// Reads all inputs, on all cores. They come in order; their diagnostics do not include `diagnostics`.
    public func readAll() -> [ReadManifest] {
        Cores.map(inputs.count) { [inputs] in Self.read(inputs[$0]) }
    }

    // MARK: Finding

    private mutating func addStandardInput(_ sources: inout SourceMap) {
        if inputs.contains(where: { $0.path == "-" }) {
            report(.standardInputTwice, "-", &sources)
        } else {
            inputs.append(Input(file: sources.add("-"), path: "-"))
        }
    }

    private mutating func addDirectory(_ path: String, _ recursive: Bool, _ sources: inout SourceMap) {
        var files: [String] = []
        var visited: Set<FileAccess.Identity> = []
        let problemsBefore = diagnostics.count
        collect(path, recursive, &files, &visited, &sources)
        if files.isEmpty && diagnostics.count == problemsBefore {
            report(.noManifests(recursive: recursive), path, &sources)
        }
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let first = inputs.count
        for file in files { inputs.append(Input(file: sources.add(file), path: file)) }
        directories.append(Directory(path: path, inputs: first..<inputs.count))
    }

    /// Walks without recursion: directories may be nested as deep as the file system allows.
    private mutating func collect(
        _ top: String, _ recursive: Bool, _ files: inout [String], _ visited: inout Set<FileAccess.Identity>,
        _ sources: inout SourceMap
    ) {
        var pending = [top]
        while let directory = pending.popLast() {
            do {
                guard visited.insert(try FileAccess.status(directory).identity).inserted else { continue }
                for name in try FileAccess.names(inDirectory: directory) {
                    let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
                    guard recursive || Self.isManifestName(name) else { continue }
                    classify(path, isManifest: Self.isManifestName(name), &files, &pending, recursive, &sources)
                }
            } catch {
                report(.unreadable(error.reason), directory, &sources)
            }
        }
    }

    private mutating func classify(
        _ path: String, isManifest: Bool, _ files: inout [String], _ pending: inout [String], _ recursive: Bool,
        _ sources: inout SourceMap
    ) {
        do {
            switch try FileAccess.status(path).kind {
            case .directory: if recursive { pending.append(path) }
            case .file: if isManifest { files.append(path) }
            // Reading one could wait for ever; named itself it is read.
            case .special: if isManifest { report(.specialFile, path, &sources) }
            }
        } catch {
            if isManifest { report(.unreadable(error.reason), path, &sources) }
        }
    }

    private static func isManifestName(_ name: String) -> Bool {
        [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }

    private mutating func report(_ problem: ReadingProblem, _ path: String, _ sources: inout SourceMap) {
        var problems = ReadingProblems(file: sources.add(path))
        problems.report(problem, line: 0, column: 0)
        diagnostics += problems.diagnostics
    }
}

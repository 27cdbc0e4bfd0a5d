public import Foundation

/// What a run of the built `dataplane` left behind.
public struct ProgramRun: Sendable {
    /// The exit status, or minus the number of the signal that ended the process.
    public let status: Int32
    public let stdout: String
    public let stderr: String
}

/// A run that did not come to an end, or a program that isn't there.
public struct ProgramRunError: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
}

/// Runs the built `dataplane` without a shell. Output goes to files, so that no pipe can fill up; a run of more than
/// `timeoutSeconds` is killed and an error.
///
/// - Parameters:
///   - name: the program's own name: a link of this name is made where it isn't `dataplane`.
///   - launcher: the words of a command that starts the program, such as `NetworkNamespace.entry`.
///   - stdin: what the program reads from standard input.
///   - environment: variables added to a small environment of `PATH` and `HOME` (nothing else of the test's own gets
///     through, so that a user's `NO_COLOR` or `DATAPLANE_MANIFESTS` changes no result).
///   - stdoutPath: a file to write standard output to instead, such as `/dev/full`.
///   - stdout: an open file to write standard output to instead.
public func runDataplane(
    _ arguments: [String], as name: String = "dataplane", launcher: [String] = [], stdin: Data = Data(),
    environment: [String: String] = [:], in directory: URL? = nil, stdoutPath: String? = nil,
    stdout: FileHandle? = nil, timeoutSeconds: Double = 60
) throws -> ProgramRun {
    let folder = try TemporaryFolder()
    let process = Process()
    let program = try folder.program(named: name)
    process.executableURL = launcher.isEmpty ? program : env
    process.arguments = launcher.isEmpty ? arguments : launcher + [program.path] + arguments
    process.currentDirectoryURL = directory ?? folder.url
    process.environment = smallEnvironment.merging(environment) { $1 }
    let output = try stdout ?? stdoutPath.map { try FileHandle(forWritingTo: URL(filePath: $0)) }
    return try run(process, stdin, output, folder, timeoutSeconds)
}

/// Runs a program of the machine, found in `$PATH`, as `runDataplane` does.
public func runTool(_ words: [String], stdin: Data = Data(), timeoutSeconds: Double = 60) throws -> ProgramRun {
    let process = Process()
    process.executableURL = env
    process.arguments = words
    process.environment = smallEnvironment
    return try run(process, stdin, nil, TemporaryFolder(), timeoutSeconds)
}

private let env = URL(filePath: "/usr/bin/env")

private var smallEnvironment: [String: String] {
    ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
}

/// - Parameter stdout: `nil`: kept, to be in the result.
private func run(
    _ process: Process, _ stdin: Data, _ stdout: FileHandle?, _ folder: TemporaryFolder, _ timeoutSeconds: Double
) throws -> ProgramRun {
    let output = folder.url.appending(path: "stdout")
    let errors = folder.url.appending(path: "stderr")
    let input = folder.url.appending(path: "stdin")
    try stdin.write(to: input)
    for file in [output, errors] { try Data().write(to: file) }
    let own = [
        try FileHandle(forReadingFrom: input), try FileHandle(forWritingTo: output),
        try FileHandle(forWritingTo: errors),
    ]
    // Foundation keeps a process and its handles longer than the run; above 1,024 open files it crashes.
    defer { for handle in own { try? handle.close() } }
    process.standardInput = own[0]
    process.standardOutput = stdout ?? own[1]
    process.standardError = own[2]
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    guard ended.wait(timeout: .now() + timeoutSeconds) == .success else {
        process.terminate()
        throw ProgramRunError(description: "\((process.arguments ?? []).joined(separator: " ")): still running")
    }
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return ProgramRun(
        status: status, stdout: String(decoding: try Data(contentsOf: output), as: UTF8.self),
        stderr: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}

/// A folder of its own for one test; removed when the last reference to it goes.
public final class TemporaryFolder: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "dataplane-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The program beside the test bundle, or a link to it under another name.
    fileprivate func program(named name: String) throws -> URL {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = tests.deletingLastPathComponent().appending(path: "dataplane")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw ProgramRunError(description: "no program at \(program.path): build it first")
        }
        guard name != "dataplane" else { return program }
        let link = url.appending(path: name)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
        return link
    }
}

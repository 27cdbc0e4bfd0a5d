import Foundation

/// A network namespace for the programs of one test, apart from the one that the tests run in. It goes away with this
/// object, and with everything loaded there.
///
///     let namespace = try NetworkNamespace()
///     let run = try runDataplane(["status"], launcher: namespace.entry)
public final class NetworkNamespace {
    /// Whether this process may make one.
    public static let isAvailable = (try? NetworkNamespace()) != nil
    public static let reason = "needs root: loads rules in a network namespace of its own"

    /// The words that start a program in the namespace.
    public let entry: [String]
    /// Keeps the namespace: waits for the end of its input.
    private let keeper = Process()
    private let input = Pipe()

    public init() throws {
        keeper.executableURL = URL(filePath: "/usr/bin/env")
        keeper.arguments = ["unshare", "--net", "cat"]
        keeper.standardInput = input
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
        let path = "/proc/\(keeper.processIdentifier)/ns/net"
        entry = ["nsenter", "--net=\(path)", "--"]
        try waitUntilApart(path)
    }

    deinit { try? input.fileHandleForWriting.close() }

    /// Programs must never meet the rules of the namespace that the tests were started in.
    private func waitUntilApart(_ path: String) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        for _ in 0..<2000 where keeper.isRunning {
            if let other = try? FileManager.default.destinationOfSymbolicLink(atPath: path), other != own { return }
            Thread.sleep(forTimeInterval: 0.005)
        }
        throw ProgramRunError(description: "no network namespace could be made")
    }
}

import Foundation

/// Runs programs in the network namespace of the calling thread. Foundation's `Process` would not do: it hangs now and
/// then where the loopback device is down.
enum Tool {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    struct Result {
        var status: Int32
        /// Standard output and error, mixed.
        var output: String
    }

    static func nft(_ arguments: String...) throws -> String {
        let result = try run(["nft"] + arguments)
        guard result.status == 0 else {
            throw Failure(description: "nft \(arguments.joined(separator: " ")): \(result.output)")
        }
        return result.output
    }

    /// `nft` with a ruleset as its file.
    static func nft(_ arguments: String..., file text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "dataplane-\(UUID()).nft").path
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try run(["nft"] + arguments + ["-f", path])
        guard result.status == 0 else {
            throw Failure(description: "nft \(arguments.joined(separator: " ")): \(result.output)\n\(text)")
        }
        return result.output
    }

    static func run(_ command: [String]) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "dataplane-\(UUID()).out").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var process: pid_t = 0
        let failure = unsafe posix_spawnp(&process, command[0], &actions, nil, arguments, environ)
        guard failure == 0 else { throw Failure(description: "cannot start \(command[0]): error \(failure)") }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw Failure(description: "cannot wait for \(command[0])") }
        }
        let output = FileManager.default.contents(atPath: path) ?? Data()
        return Result(
            status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f,
            output: String(decoding: output, as: UTF8.self))
    }
}

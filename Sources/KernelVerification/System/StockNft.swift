import CLinuxShims
import Glibc

/// Runs the machine's own `nft` in the namespace of the calling thread.
///
/// Not through Foundation's `Process`, whose wake-up pair hangs now and then in a fresh namespace.
enum StockNft {
    /// - Returns: what it printed.
    /// - Throws: `.stockNft` with its error text when it ends otherwise than with 0.
    @discardableResult
    static func run(_ arguments: [String], input: String) throws(KernelHarnessError) -> String {
        // Anonymous files instead of pipes: no side can block on the other.
        let stdin = try ScratchFile(input)
        let stdout = try ScratchFile("")
        let stderr = try ScratchFile("")
        let process = try spawn(["nft"] + arguments, stdin.descriptor.raw, stdout.descriptor.raw, stderr.descriptor.raw)
        var status: Int32 = 0
        try SystemCall.check("wait for nft") { unsafe Int(waitpid(process, &status, 0)) }
        guard status == 0 else { throw .stockNft(try stderr.content()) }
        return try stdout.content()
    }

    private static func spawn(
        _ words: [String], _ stdin: Int32, _ stdout: Int32, _ stderr: Int32
    ) throws(KernelHarnessError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (source, target) in [(stdin, 0), (stdout, 1), (stderr, 2)] {
            unsafe posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe argv.indices { unsafe free(argv[index]) } }
        var process: pid_t = 0
        let code = unsafe posix_spawnp(&process, "nft", &actions, nil, &argv, environ)
        guard code == 0 else {
            throw .unavailable(operation: "start nft", errno: code, remedy: "install the package nftables")
        }
        return process
    }
}

/// A file without a name that holds text.
private struct ScratchFile: ~Copyable {
    let descriptor: Descriptor

    /// Holds `text` and stands at its beginning.
    init(_ text: String) throws(KernelHarnessError) {
        let file = try Descriptor("memfd_create") { unsafe dp_anonymous_file("nft") }
        let raw = file.raw
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = try SystemCall.check("write to a scratch file") {
                unsafe rest.withUnsafeBytes { unsafe write(raw, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(written)
        }
        try SystemCall.check("lseek") { lseek(raw, 0, SEEK_SET) }
        descriptor = file
    }

    /// All of it.
    func content() throws(KernelHarnessError) -> String {
        let raw = descriptor.raw
        try SystemCall.check("lseek") { lseek(raw, 0, SEEK_SET) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try SystemCall.check("read a scratch file") {
                unsafe chunk.withUnsafeMutableBytes { unsafe read(raw, $0.baseAddress, $0.count) }
            }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}

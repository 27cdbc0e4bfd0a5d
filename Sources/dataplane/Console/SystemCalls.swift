import Glibc

/// A system call that failed.
struct SystemError: Error, Hashable, CustomStringConvertible {
    /// What was tried, to stand before a colon: `write out.nft`.
    let operation: String
    /// An `errno` value.
    let code: Int32

    var description: String { "\(operation): \(unsafe String(cString: strerror(code)))" }
}

/// The one place of the executable that calls libc.
enum SystemCalls {
    /// Writes all bytes; retries what a signal interrupted.
    static func write(_ bytes: [UInt8], to descriptor: Int32, operation: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(operation: operation, code: errno) }
            } else {
                written += count
            }
        }
    }

    static func close(_ descriptor: Int32, operation: String) throws(SystemError) {
        guard Glibc.close(descriptor) == 0 else { throw SystemError(operation: operation, code: errno) }
    }

    static func exit(_ status: ExitStatus) -> Never { Glibc.exit(status.rawValue) }

    /// The name of this host, as `hostname` prints it.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Processors that are there to use; at least 1.
    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The most memory that this process has held at once (getrusage(2): kilobytes).
    static var peakMemoryBytes: Int {
        var usage = rusage()
        guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        return usage.ru_maxrss * 1024
    }

    /// `nil` if the variable is not set.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Standard streams that the caller closed are taken by a descriptor that refuses to be written, so that no file
    /// opened later gets results mixed in; and a broken pipe ends the process without a word, whatever the parent set.
    static func prepareStandardStreams() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            _ = unsafe open("/dev/null", O_RDONLY)
        }
        signal(SIGPIPE, SIG_DFL)
    }
}

extension SystemCalls {
    /// Replaces the file at `path` in one step: the old one stays whole until the new one is. What is not a regular
    /// file (a terminal, a pipe, `/dev/stdout`) is written to as it is.
    static func save(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let operation = "write \(path)"
        var status = stat()
        let exists = unsafe fstatat(AT_FDCWD, path, &status, 0) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            return try write(bytes, toFile: path, flags: O_WRONLY, operation)
        }
        let target = exists ? resolved(path) : path
        let temporary = "\(target).\(getpid()).tmp"
        do throws(SystemError) {
            try write(bytes, toFile: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, operation)
            guard unsafe rename(temporary, target) == 0 else { throw SystemError(operation: operation, code: errno) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    private static func write(
        _ bytes: [UInt8], toFile path: String, flags: Int32, _ operation: String
    ) throws(SystemError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError(operation: operation, code: errno) }
        do throws(SystemError) {
            try write(bytes, to: descriptor, operation: operation)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        try close(descriptor, operation: operation)
    }

    /// The file that a link leads to, so that the link stays.
    private static func resolved(_ path: String) -> String {
        guard let found = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }
}

extension SystemCalls {
    /// A new file to write to; one that is there already is an error.
    static func create(_ path: String) throws(SystemError) -> Int32 {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError(operation: "write \(path)", code: errno) }
        return descriptor
    }

    static func makeDirectory(_ path: String, mayExist: Bool) throws(SystemError) {
        guard unsafe mkdir(path, 0o777) != 0 else { return }
        let code = errno
        guard mayExist, code == EEXIST else { throw SystemError(operation: "make directory \(path)", code: code) }
    }
}

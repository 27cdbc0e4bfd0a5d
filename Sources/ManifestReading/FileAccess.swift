import Glibc

/// What the operating system refused.
struct FileError: Error {
    /// `No such file or directory`.
    var reason: String
    /// The input is larger than the limit; `reason` says nothing then.
    var isTooLarge = false

    /// Takes the errno of the call that has just failed.
    static var last: FileError { unsafe FileError(reason: String(cString: strerror(errno))) }
}

/// The system calls behind `ManifestSource`: the only file of this target that makes any.
enum FileAccess {
    enum Kind {
        case file
        case directory
        /// A FIFO, a device, a socket.
        case special
    }

    /// Names a file across links to it.
    struct Identity: Hashable {
        var device: UInt
        var inode: UInt
    }

    /// Of what `path` leads to, symbolic links followed.
    static func status(_ path: String) throws(FileError) -> (kind: Kind, identity: Identity) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .last }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .special
            }
        return (kind, Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino)))
    }

    /// Names in a directory but `.` and `..`, sorted bytewise.
    static func names(inDirectory path: String) throws(FileError) -> [String] {
        guard let directory = unsafe opendir(path) else { throw .last }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .last }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// All bytes up to the end of the file, FIFO or device; `-` is standard input. Throws beyond `limit` bytes.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard path != "-" else { return try read(descriptor: STDIN_FILENO, sizeHint: 0, limit: limit) }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        var status = stat()
        let size = unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        return try read(descriptor: descriptor, sizeHint: size, limit: limit)
    }

    /// A regular file is read in one go into memory of its size, with some bytes to spare: JSON is parsed in place then.
    private static func read(descriptor: Int32, sizeHint: Int, limit: Int) throws(FileError) -> [UInt8] {
        let expected = max(0, min(sizeHint, limit)) + spareBytes
        var failure: FileError?
        var hasEnded = false
        var bytes = unsafe [UInt8](unsafeUninitializedCapacity: expected) { buffer, filled in
            while filled < expected {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let count = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { failure = .last }
                hasEnded = count <= 0
                guard count > 0 else { return }
                filled += count
            }
        }
        if let failure { throw failure }
        if !hasEnded { try append(to: &bytes, descriptor, limit) }
        guard bytes.count <= limit else { throw FileError(reason: "", isTooLarge: true) }
        return bytes
    }

    private static let spareBytes = 128

    /// The rest of what has no size, or has grown.
    private static func append(to bytes: inout [UInt8], _ descriptor: Int32, _ limit: Int) throws(FileError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last }
            guard count > 0 else { return }
            guard bytes.count + count <= limit else { throw FileError(reason: "", isTooLarge: true) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}

import Glibc
import Workloads

/// Files that are written at once.
enum OutputFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw WorkloadError("can't write \(path)") }
        let written = unsafe fwrite(bytes, 1, bytes.count, file)
        guard unsafe fclose(file) == 0, written == bytes.count else { throw WorkloadError("can't write \(path)") }
    }
}

/// A capture in a file of its own, which goes away with it.
final class TemporaryTrace {
    let path: String

    init(_ bytes: [UInt8]) throws {
        path = "/tmp/dataplane-measure-\(getpid()).pcap"
        try OutputFile.write(bytes, to: path)
    }

    deinit { unsafe unlink(path) }
}

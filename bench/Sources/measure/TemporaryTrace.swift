import Glibc
import Workloads

/// A capture in a file of its own, which goes away with the process's end at the latest.
final class TemporaryTrace {
    let path: String

    init(_ bytes: [UInt8]) throws {
        path = "/tmp/dataplane-measure-\(getpid()).pcap"
        guard let file = unsafe fopen(path, "w") else { throw WorkloadError("can't write \(path)") }
        let written = unsafe fwrite(bytes, 1, bytes.count, file)
        guard unsafe fclose(file) == 0, written == bytes.count else { throw WorkloadError("can't write \(path)") }
    }

    deinit { unsafe unlink(path) }
}

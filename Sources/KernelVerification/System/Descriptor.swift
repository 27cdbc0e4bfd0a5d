import Glibc

/// A file descriptor with one owner, closed with it.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    /// Takes over the descriptor that `open` returns, or its failure.
    init(_ operation: String, _ open: () -> Int32) throws(KernelHarnessError) {
        raw = Int32(try SystemCall.check(operation) { Int(open()) })
    }

    /// Becomes the owner of an open descriptor.
    init(adopting raw: Int32) { self.raw = raw }

    deinit { _ = close(raw) }
}

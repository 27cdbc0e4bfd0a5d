/// Buffered text to a file descriptor. The first error is kept and reported at the end; what follows it is dropped.
struct OutputStream {
    private let descriptor: Int32
    private let operation: String
    private var buffer: [UInt8] = []
    private let capacity = 1 << 16
    private(set) var failure: SystemError?

    /// `operation` is what a failure is called: `write to standard output`.
    init(descriptor: Int32, operation: String) {
        self.descriptor = descriptor
        self.operation = operation
    }

    mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= capacity { flush() }
    }

    mutating func flush() {
        defer { buffer.removeAll(keepingCapacity: true) }
        guard failure == nil, !buffer.isEmpty else { return }
        do throws(SystemError) {
            try SystemCalls.write(buffer, to: descriptor, operation: operation)
        } catch {
            failure = error
        }
    }

    /// Flushes and closes: some file systems report a full disk only then.
    mutating func close() {
        flush()
        do throws(SystemError) {
            try SystemCalls.close(descriptor, operation: operation)
        } catch {
            failure = failure ?? error
        }
    }
}

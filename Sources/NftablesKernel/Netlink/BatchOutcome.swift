/// The kernel's answers to one batch, gathered.
struct BatchOutcome {
    private let batch: NftBatch
    /// In order of arrival.
    private var failures: [NetlinkVerdict] = []
    /// The last message was acknowledged: everything is committed.
    private(set) var isCommitted = false
    /// Answers were lost before this one could be seen.
    private(set) var isUncertain = false

    init(_ batch: NftBatch) { self.batch = batch }

    mutating func add(_ datagram: [UInt8]) {
        for reply in NetlinkReply.messages(in: datagram) {
            guard reply.type == NetlinkReply.errorType, let verdict = NetlinkVerdict(reply, in: datagram) else {
                continue
            }
            if verdict.code != 0 {
                failures.append(verdict)
            } else if verdict.sequence == batch.lastSequence {
                isCommitted = true
            }
        }
    }

    mutating func noteLoss() { isUncertain = true }

    /// The first failure, with the object that it is about; `nil` when none arrived.
    var error: KernelError? {
        guard let first = failures.first else { return nil }
        let label = batch.label(forSequence: first.sequence)
        return KernelError(
            batch.operation, code: first.code, object: label.map { batch.object(of: $0, at: first.attributeOffset) },
            kernelText: first.text, attributeOffset: first.attributeOffset, furtherFailures: failures.count - 1)
    }
}

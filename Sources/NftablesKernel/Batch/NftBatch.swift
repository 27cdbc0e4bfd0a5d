import NftablesRuleset

/// One transaction for the kernel, ready to send: all of it takes effect, or nothing.
///
/// The bytes go out with a single `sendto` on a netlink socket of family `NETLINK_NETFILTER`, whichever namespace that
/// socket was opened in. The last message asks for an acknowledgement, which comes only when all was committed.
public struct NftBatch: Sendable {
    /// What one message of the batch is about.
    public struct Label: Hashable, Sendable {
        public var object: KernelObject
        /// Where the message begins in `bytes`.
        public var byteOffset: Int
        /// In messages of elements: whose they are.
        var elements: Elements?
    }

    /// A stretch of a set's kernel elements.
    struct Elements: Hashable {
        /// Index in the batch's `sets`.
        var set: Int
        /// Index of the first one.
        var first: Int
    }

    /// For error messages: `load the rules`.
    public var operation: String
    public var bytes: [UInt8]
    /// By sequence number, counted from `firstSequence`.
    public var labels: [Label]
    /// The sets that it makes, to name the element that the kernel refuses.
    var sets: [NftSet] = []

    /// Sequence number of the first message.
    public static let firstSequence: UInt32 = 1

    /// Of the last message, whose acknowledgement means success.
    public var lastSequence: UInt32 { NftBatch.firstSequence + UInt32(labels.count) - 1 }

    /// The label of the message that an answer is about.
    public func label(forSequence sequence: UInt32) -> Label? {
        guard sequence >= NftBatch.firstSequence else { return nil }
        let index = Int(sequence - NftBatch.firstSequence)
        return index < labels.count ? labels[index] : nil
    }
}

import CNftnl
import NftablesRuleset

/// Puts the messages of a transaction together and remembers what each is about.
struct BatchWriter {
    private var buffer = MessageBuffer()
    private var labels: [NftBatch.Label] = []
    private var sets: [NftSet] = []
    private let operation: String

    /// - Parameter generation: The transaction fails with `ERESTART` unless the ruleset still has this generation.
    init(operation: String, generation: UInt32?) {
        self.operation = operation
        let sequence = nextSequence
        labels.append(NftBatch.Label(object: .transaction, byteOffset: 0))
        unsafe buffer.append { address in
            guard let message = unsafe nftnl_batch_begin(address, sequence) else { return nil }
            if let generation {
                unsafe mnl_attr_put_u32(message, UInt16(NFNL_BATCH_GENID.rawValue), generation.bigEndian)
            }
            return unsafe message
        }
    }

    /// Closes the transaction.
    consuming func finish() -> NftBatch {
        let sequence = nextSequence
        labels.append(NftBatch.Label(object: .transaction, byteOffset: buffer.count))
        unsafe buffer.append { address in
            guard let message = unsafe nftnl_batch_end(address, sequence) else { return nil }
            unsafe message.pointee.nlmsg_flags |= UInt16(NLM_F_ACK)
            return unsafe message
        }
        return NftBatch(operation: operation, bytes: buffer.take(), labels: labels, sets: sets)
    }

    private var nextSequence: UInt32 { NftBatch.firstSequence + UInt32(labels.count) }

    private mutating func append(
        _ type: nf_tables_msg_types, flags: Int32, _ object: KernelObject, elements: NftBatch.Elements? = nil,
        _ write: (UnsafeMutablePointer<nlmsghdr>) throws(KernelError) -> Void
    ) throws(KernelError) {
        let sequence = nextSequence
        labels.append(NftBatch.Label(object: object, byteOffset: buffer.count, elements: elements))
        var failure: KernelError?
        unsafe buffer.append { address in
            guard let message = unsafe NftMessage.header(at: address, type, flags: flags, sequence: sequence) else {
                return nil
            }
            do throws(KernelError) { try unsafe write(message) } catch { failure = error }
            return unsafe message
        }
        if let failure { throw failure }
    }

    mutating func addTable(_ name: String, comment: String? = nil) throws(KernelError) {
        try unsafe append(NFT_MSG_NEWTABLE, flags: NLM_F_CREATE, .table(name)) { message throws(KernelError) in
            try unsafe ObjectEncoding.write(tableNamed: name, comment: comment, to: message)
        }
    }

    mutating func deleteTable(_ name: String) throws(KernelError) {
        try unsafe append(NFT_MSG_DELTABLE, flags: 0, .table(name)) { message throws(KernelError) in
            try unsafe ObjectEncoding.write(tableNamed: name, comment: nil, to: message)
        }
    }

    mutating func addChain(_ chain: NftChain, table: String) throws(KernelError) {
        let object = KernelObject.chain(chain.name, origin: chain.origin)
        try unsafe append(NFT_MSG_NEWCHAIN, flags: NLM_F_CREATE, object) { message throws(KernelError) in
            try unsafe ObjectEncoding.write(chain, table: table, to: message)
        }
    }

    mutating func addRules(of chain: NftChain, table: String) throws(KernelError) {
        for (index, rule) in chain.rules.enumerated() {
            let object = KernelObject.rule(chain: chain.name, index: index, origin: rule.origin)
            try unsafe append(NFT_MSG_NEWRULE, flags: NLM_F_CREATE | NLM_F_APPEND, object) {
                message throws(KernelError) in
                try unsafe ObjectEncoding.write(rule, chain: chain.name, table: table, to: message)
            }
        }
    }

    mutating func addSet(_ set: NftSet, id: UInt32, table: String) throws(KernelError) {
        let object = KernelObject.set(set.name, origin: set.origin)
        sets.append(set)
        try unsafe append(NFT_MSG_NEWSET, flags: NLM_F_CREATE, object) { message throws(KernelError) in
            try unsafe SetEncoding.write(set, id: id, table: table, to: message)
        }
    }

    /// The elements of the set that was added last.
    mutating func addElements(of set: NftSet, table: String) throws(KernelError) {
        let elements = set.kernelElements
        let step = SetEncoding.elementsPerMessage(set)
        let object = KernelObject.element(set: set.name, member: nil, origin: set.origin)
        for start in stride(from: 0, to: elements.count, by: step) {
            let part = elements[start..<min(start + step, elements.count)]
            let place = NftBatch.Elements(set: sets.count - 1, first: start)
            try unsafe append(NFT_MSG_NEWSETELEM, flags: NLM_F_CREATE, object, elements: place) {
                message throws(KernelError) in
                try unsafe SetEncoding.write(part, of: set.name, table: table, to: message)
            }
        }
    }
}

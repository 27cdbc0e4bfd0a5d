import Glibc

/// The kernel refused something, or could not be asked.
public struct KernelError: Error, Hashable, Sendable {
    /// What was attempted, as an infinitive: `load the rules`, `read the rules`.
    public var operation: String
    /// `errno`.
    public var code: Int32
    /// The object that the kernel refused, when it said which.
    public var object: KernelObject?
    /// The kernel's own explanation (extended ack), rare in nf_tables.
    public var kernelText: String?
    /// Byte offset of the attribute that it did not like within the object's message.
    public var attributeOffset: UInt32?
    /// How many more objects of the same batch were refused.
    public var furtherFailures: Int

    init(
        _ operation: String, code: Int32, object: KernelObject? = nil, kernelText: String? = nil,
        attributeOffset: UInt32? = nil, furtherFailures: Int = 0
    ) {
        self.operation = operation
        self.code = code
        self.object = object
        self.kernelText = kernelText
        self.attributeOffset = attributeOffset
        self.furtherFailures = furtherFailures
    }

    /// libnftnl found no memory for an object of a batch.
    static var outOfMemory: KernelError { KernelError("build the batch", code: ENOMEM) }
}

extension KernelError: CustomStringConvertible {
    /// One line for the user: what failed, where in the manifests it comes from, what to do.
    public var description: String {
        var text = "cannot \(operation): "
        if let object { text += "\(object): " }
        text += ErrnoText.text(code)
        if let kernelText { text += "; the kernel says: \(kernelText)" }
        if let attributeOffset { text += " (attribute at byte \(attributeOffset) of its message)" }
        if furtherFailures > 0 { text += "; \(furtherFailures) more refused" }
        if let advice { text += "; \(advice)" }
        return text
    }

    private var advice: String? {
        switch code {
        case EPERM:
            "this needs CAP_NET_ADMIN in the network namespace: run as root or give the program that capability"
        case EMSGSIZE:
            "the rules do not fit into one transaction of this socket: raise net.core.wmem_max or run as root"
        case ERESTART: "another program changed the ruleset meanwhile: nothing was changed, try again"
        case EPROTONOSUPPORT, EAFNOSUPPORT: "this kernel is built without nf_tables"
        case ENOBUFS: "the kernel's answers did not fit into the socket, the outcome is unknown: ask for the status"
        default: nil
        }
    }
}

import Classification
import NetTypes

/// One element as the kernel keeps it. A range is two of them: its first key, and the first key behind it.
public struct NftKernelElement: Hashable, Sendable {
    /// Register layout: network order, parts of a concatenation padded to 32 bits.
    public var key: [UInt8]
    /// `NFT_SET_ELEM_INTERVAL_END`: the range that began before ends **before** this key.
    public var isIntervalEnd: Bool
    /// In verdict maps.
    public var verdict: NftVerdict?
    /// Milliseconds from now until the kernel removes it; `nil`: never.
    public var timeout: UInt64?

    init(key: [UInt8], isIntervalEnd: Bool = false, verdict: NftVerdict? = nil, timeout: UInt64? = nil) {
        self.key = key
        self.isIntervalEnd = isIntervalEnd
        self.verdict = verdict
        self.timeout = timeout
    }
}

extension NftSet {
    /// The elements to send, ascending.
    public var kernelElements: [NftKernelElement] {
        switch contents {
        case .addresses(_, let list): list.map { NftKernelElement(key: $0.bytes) }
        case .expiring(_, let list):
            list.map { NftKernelElement(key: $0.address.bytes, timeout: $0.timeToLive.map { UInt64($0) * 1000 }) }
        case .prefixes(_, let list): list.flatMap { NftSet.range(from: $0.first.bytes, through: $0.last.bytes) }
        case .addressPorts(_, let list): list.map { NftKernelElement(key: NftSet.key(of: $0)) }
        case .ports(let list):
            list.flatMap {
                NftSet.range(from: ByteOrder.network($0.first), through: ByteOrder.network($0.last))
            }
        case .protocols(let list): list.map { NftKernelElement(key: [$0.rawValue]) }
        case .interfaceVerdicts(let list):
            list.map { NftKernelElement(key: ByteOrder.interfaceName($0.interface), verdict: $0.verdict) }
        }
    }

    private static func key(of member: AddressPort) -> [UInt8] {
        member.address.bytes + [member.proto.rawValue, 0, 0, 0] + ByteOrder.network(member.port) + [0, 0]
    }

    /// A range that reaches the highest key has no end element.
    private static func range(from first: [UInt8], through last: [UInt8]) -> [NftKernelElement] {
        let start = NftKernelElement(key: first)
        guard let end = successor(of: last) else { return [start] }
        return [start, NftKernelElement(key: end, isIntervalEnd: true)]
    }

    /// `key` + 1 as a big-endian number; `nil` behind the highest.
    private static func successor(of key: [UInt8]) -> [UInt8]? {
        var next = key
        for index in next.indices.reversed() {
            next[index] &+= 1
            if next[index] != 0 { return next }
        }
        return nil
    }
}

extension NftSet {
    /// What nft prints for the member that an element of `kernelElements` begins or ends.
    public func memberText(ofKernelElement index: Int) -> String? {
        let elements = kernelElements
        guard elements.indices.contains(index) else { return nil }
        let member = elements[...index].count { !$0.isIntervalEnd } - 1
        let texts = elementTexts
        return texts.indices.contains(member) ? texts[member] : nil
    }
}

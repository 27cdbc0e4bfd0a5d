/// The walk along IPv6 extension headers that nf_tables makes (ipv6_find_hdr in net/ipv6/exthdrs_core.c).
struct IPv6HeaderChain {
    private let bytes: ArraySlice<UInt8>

    /// - Parameter bytes: a packet of at least 40 bytes, starting at index 0.
    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    struct Transport {
        var proto: UInt8
        var offset: Int
        var fragmentOffset: UInt16
    }

    /// The protocol at the chain's end. An authentication header is an end too (IP6_FH_F_AUTH, which nf_tables sets),
    /// and so are ESP and "no next header".
    func transport() -> Transport? {
        switch walk(to: nil) {
        case .end(let proto, let offset): Transport(proto: proto, offset: offset, fragmentOffset: 0)
        case .laterFragment(let proto, let fragmentOffset):
            Transport(proto: proto, offset: 0, fragmentOffset: fragmentOffset)
        case .broken: nil
        }
    }

    /// Where the header of that type begins, if the packet has it.
    func offset(ofHeader type: UInt8) -> Int? {
        if case .end(type, let offset) = walk(to: type) { offset } else { nil }
    }

    private enum Outcome {
        case end(proto: UInt8, offset: Int)
        case laterFragment(proto: UInt8, fragmentOffset: UInt16)
        case broken
    }

    private func walk(to target: UInt8?) -> Outcome {
        var (header, offset) = (bytes[6], 40)
        while true {
            guard Self.isExtension(header), header != Self.noNext else {
                return target == nil ? .end(proto: header, offset: offset) : .broken
            }
            guard offset + (header == Self.routing ? 4 : 2) <= bytes.count else { return .broken }
            let next = bytes[offset]
            var length = (Int(bytes[offset + 1]) + 1) * 8
            if header == Self.fragment {
                guard offset + 4 <= bytes.count else { return .broken }
                let fragmentOffset = (UInt16(bytes[offset + 2]) << 8 | UInt16(bytes[offset + 3])) & ~7
                if fragmentOffset != 0, header != target {
                    let ends = target == nil && (!Self.isExtension(next) || next == Self.noNext)
                    return ends ? .laterFragment(proto: next, fragmentOffset: fragmentOffset) : .broken
                }
                length = 8
            } else if header == Self.authentication {
                if target == nil { return .end(proto: header, offset: offset) }
                length = (Int(bytes[offset + 1]) + 2) * 4
            }
            if header == target { return .end(proto: header, offset: offset) }
            header = next
            offset += length
        }
    }

    private static let routing: UInt8 = 43
    private static let fragment: UInt8 = 44
    private static let authentication: UInt8 = 51
    private static let noNext: UInt8 = 59

    /// Hop-by-hop, routing, fragment, authentication, none, destination options (ipv6_ext_hdr).
    private static func isExtension(_ header: UInt8) -> Bool {
        [0, routing, fragment, authentication, noNext, 60].contains(header)
    }
}

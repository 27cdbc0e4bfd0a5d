public import NetTypes

/// A type of key, or of a part of a concatenated one.
public enum NftKeyType: Hashable, Sendable {
    case address(IPFamily)
    case l4proto
    case port
    case interface

    /// As nft names it.
    public var name: String {
        switch self {
        case .address(.v4): "ipv4_addr"
        case .address(.v6): "ipv6_addr"
        case .l4proto: "inet_proto"
        case .port: "inet_service"
        case .interface: "ifname"
        }
    }

    /// nft's number (`enum datatypes`, nftables `include/datatype.h`): the kernel keeps it for listings only.
    public var number: UInt32 {
        switch self {
        case .address(.v4): 7
        case .address(.v6): 8
        case .l4proto: 12
        case .port: 13
        case .interface: 41
        }
    }

    /// Bytes without padding.
    public var length: Int {
        switch self {
        case .address(let family): family.bitWidth / 8
        case .l4proto: 1
        case .port: 2
        case .interface: 16
        }
    }

    /// Network order on the wire and in the registers; interface names count as host order for nft.
    public var isNetworkOrder: Bool { self != .interface }

    /// nft's number of a concatenation: six bits for each part.
    public static func number(ofConcatenation parts: [NftKeyType]) -> UInt32 {
        parts.reduce(0) { $0 << 6 | $1.number }
    }

    /// Bytes of a key: in a concatenation every part is padded to whole 32-bit registers.
    public static func length(ofConcatenation parts: [NftKeyType]) -> Int {
        guard parts.count > 1 else { return parts.first?.length ?? 0 }
        return parts.reduce(0) { $0 + ($1.length + 3) / 4 * 4 }
    }
}

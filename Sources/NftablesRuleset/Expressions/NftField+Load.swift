import NetTypes

extension NftField {
    /// The instruction that brings the field's value into a register.
    func load(into register: NftRegister) -> NftExpression {
        switch self {
        case .inputInterface: .meta(MetaLoad(key: .inputInterfaceName, destination: register))
        case .outputInterface: .meta(MetaLoad(key: .outputInterfaceName, destination: register))
        case .l4proto: .meta(MetaLoad(key: .l4proto, destination: register))
        case .address(let family, let end):
            .payload(.address(family, end, length: UInt32(family.bitWidth / 8), into: register))
        case .port(let end): .payload(.port(end, into: register))
        }
    }

    var keyType: NftKeyType {
        switch self {
        case .inputInterface, .outputInterface: .interface
        case .l4proto: .l4proto
        case .address(let family, _): .address(family)
        case .port: .port
        }
    }
}

extension PayloadLoad {
    /// The first `length` bytes of an address; offsets of RFC 791 3.1 and RFC 8200 3.
    static func address(
        _ family: IPFamily, _ end: PacketEnd, length: UInt32, into register: NftRegister
    ) -> PayloadLoad {
        let offset: UInt32
        switch (family, end) {
        case (.v4, .source): offset = 12
        case (.v4, .destination): offset = 16
        case (.v6, .source): offset = 8
        case (.v6, .destination): offset = 24
        }
        return PayloadLoad(base: .network, offset: offset, length: length, destination: register)
    }

    /// Source port at 0, destination port at 2, for every protocol that has ports.
    static func port(_ end: PacketEnd, into register: NftRegister) -> PayloadLoad {
        PayloadLoad(base: .transport, offset: end == .source ? 0 : 2, length: 2, destination: register)
    }

    /// Type at 0, code at 1, in both ICMPs.
    static func icmp(length: UInt32, into register: NftRegister) -> PayloadLoad {
        PayloadLoad(base: .transport, offset: 0, length: length, destination: register)
    }
}

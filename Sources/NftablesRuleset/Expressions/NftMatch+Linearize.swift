import NetTypes

extension NftMatch {
    var expressions: [NftExpression] {
        switch self {
        case .inputInterface(let pattern):
            [NftField.inputInterface.load(into: .first), .equal(pattern.bytes)]
        case .outputInterface(let pattern):
            [NftField.outputInterface.load(into: .first), .equal(pattern.bytes)]
        case .family(let family):
            [.meta(MetaLoad(key: .nfproto, destination: .first)), .equal([family == .v4 ? 2 : 10])]
        case .l4proto(let relation, let proto):
            [NftField.l4proto.load(into: .first), .comparison(relation, [proto.rawValue])]
        case .conntrack(let states):
            [
                .conntrack(ConntrackLoad(key: .state, destination: .first)),
                .bitwise(BitwiseMask(register: .first, mask: ByteOrder.host(states.rawValue))),
                .comparison(.notEqual, ByteOrder.host(0)),
            ]
        case .marked(let bit):
            [
                .meta(MetaLoad(key: .mark, destination: .first)),
                .bitwise(BitwiseMask(register: .first, mask: ByteOrder.host(bit.mask))),
                .equal(ByteOrder.host(bit.mask)),
            ]
        case .destinationTranslated:
            [
                .conntrack(ConntrackLoad(key: .status, destination: .first)),
                .bitwise(
                    BitwiseMask(register: .first, mask: ByteOrder.host(ConntrackLoad.destinationTranslated))),
                .comparison(.notEqual, ByteOrder.host(0)),
            ]
        case .locallyGenerated:
            [
                .meta(MetaLoad(key: .inputInterfaceIndex, destination: .first)), .equal(ByteOrder.host(0)),
            ]
        case .reversePathMissing: [.fib(ReversePathLookup(destination: .first)), .equal(ByteOrder.host(0))]
        case .address(let end, let relation, let block): NftMatch.addressExpressions(end, relation, block)
        case .port(let end, let relation, let range):
            [.payload(.port(end, into: .first))]
                + NftExpression.within(
                    relation, ByteOrder.network(range.first), ByteOrder.network(range.last))
        case .transportReadable(let end):
            [
                .payload(.port(end, into: .first)),
                .compare(Comparison(source: .first, op: .greaterOrEqual, bytes: [0, 0])),
            ]
        case .icmpType(_, let relation, let types):
            [.payload(.icmp(length: 1, into: .first))]
                + NftExpression.within(relation, [types.lowerBound], [types.upperBound])
        case .icmpTypeAndCode(let relation, let type, let code):
            [.payload(.icmp(length: 2, into: .first)), .comparison(relation, [type, code])]
        case .lookup(let fields, let relation, let set):
            NftMatch.keyLoads(fields) + [
                .lookup(
                    SetLookup(source: .first, set: set, isInverted: relation == .notEqual, isVerdictMap: false))
            ]
        }
    }

    /// A block that ends at a byte is a shorter load; any other needs a mask.
    private static func addressExpressions(
        _ end: PacketEnd, _ relation: NftRelation, _ block: IPPrefix
    ) -> [NftExpression] {
        let bytes = block.address.bytes
        let length = Int(block.length)
        if length > 0, length % 8 == 0 {
            return [
                .payload(.address(block.family, end, length: UInt32(length / 8), into: .first)),
                .comparison(relation, Array(bytes.prefix(length / 8))),
            ]
        }
        let mask = bytes.indices.map { index in
            let bits = min(max(length - index * 8, 0), 8)
            return UInt8(truncatingIfNeeded: 0xff00 >> bits)
        }
        return [
            .payload(.address(block.family, end, length: UInt32(bytes.count), into: .first)),
            .bitwise(BitwiseMask(register: .first, mask: mask)),
            .comparison(relation, bytes),
        ]
    }

    /// The fields one behind the other, each in whole words.
    private static func keyLoads(_ fields: [NftField]) -> [NftExpression] {
        var word = 0
        return fields.map { field in
            defer { word += (field.keyType.length + 3) / 4 }
            return field.load(into: NftRegister(word: word))
        }
    }
}

extension InterfacePattern {
    /// What is compared: the whole padded name, or its first bytes only.
    fileprivate var bytes: [UInt8] {
        switch self {
        case .exactly(let name): ByteOrder.interfaceName(name)
        case .startingWith(let prefix): Array(prefix.utf8.prefix(ByteOrder.interfaceNameLength))
        }
    }
}

extension NftExpression {
    fileprivate static func equal(_ bytes: [UInt8]) -> NftExpression { comparison(.equal, bytes) }

    fileprivate static func comparison(_ relation: NftRelation, _ bytes: [UInt8]) -> NftExpression {
        .compare(Comparison(source: .first, op: relation == .equal ? .equal : .notEqual, bytes: bytes))
    }

    fileprivate static func within(_ relation: NftRelation, _ first: [UInt8], _ last: [UInt8]) -> [NftExpression] {
        guard first != last else { return [comparison(relation, first)] }
        switch relation {
        case .equal:
            return [
                .compare(Comparison(source: .first, op: .greaterOrEqual, bytes: first)),
                .compare(Comparison(source: .first, op: .lessOrEqual, bytes: last)),
            ]
        case .notEqual: return [.range(RangeComparison(source: .first, first: first, last: last))]
        }
    }
}

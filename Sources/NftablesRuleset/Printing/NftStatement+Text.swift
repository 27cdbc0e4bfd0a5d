import NetTypes

extension NftStatement {
    var nftText: String {
        switch self {
        case .match(let match): match.nftText
        case .counter: "counter"
        case .log(let prefix): "log prefix \"\(prefix)\" level notice"
        // A bare `reject` would take the family from the rule's other conditions.
        case .reject: "reject with icmpx port-unreachable"
        case .verdict(let verdict): verdict.description
        case .setMark(let bit): "meta mark set meta mark | \(bit.nftText)"
        case .clearMark(let bit): "meta mark set meta mark & \(MarkBit.hex(~bit.mask))"
        case .notrack: "notrack"
        case .verdictMap(let field, let map): "\(field.nftText) vmap @\(map)"
        }
    }
}

extension NftMatch {
    var nftText: String {
        switch self {
        case .inputInterface(let pattern): "iifname \(pattern.nftText)"
        case .outputInterface(let pattern): "oifname \(pattern.nftText)"
        case .family(let family): "meta nfproto \(family.nftText)"
        case .l4proto(let relation, let proto): "meta l4proto \(relation.nftText)\(proto.nftText)"
        case .conntrack(let states): "ct state \(states.nftText)"
        case .address(let end, let relation, let block):
            "\(NftField.address(block.family, end).nftText) \(relation.nftText)\(block.nftText)"
        case .port(let end, let relation, let range): "\(NftField.port(end).nftText) \(relation.nftText)\(range)"
        case .transportReadable(let end): "\(NftField.port(end).nftText) >= 0"
        case .icmpType(let family, let relation, let types):
            "\(family == .v4 ? "icmp" : "icmpv6") type \(relation.nftText)\(NftMatch.text(of: types))"
        case .icmpTypeAndCode(let relation, let type, let code):
            // nft 1.0.6 merges `icmp type != 3 icmp code != 1` into the pair, other versions refuse it; this form
            // says what is meant to all of them.
            "@th,0,16 \(relation.nftText)\(UInt16(type) << 8 | UInt16(code))"
        case .marked(let bit): "meta mark & \(bit.nftText) == \(bit.nftText)"
        case .destinationTranslated: "ct status dnat"
        case .locallyGenerated: "iif 0"
        case .reversePathMissing: "fib saddr . mark . iif oif missing"
        case .lookup(let fields, let relation, let set):
            "\(fields.map(\.nftText).joined(separator: " . ")) \(relation.nftText)@\(set)"
        }
    }

    private static func text(of types: ClosedRange<UInt8>) -> String {
        types.count == 1 ? "\(types.lowerBound)" : "\(types.lowerBound)-\(types.upperBound)"
    }
}

extension MarkBit {
    var nftText: String { MarkBit.hex(mask) }

    /// Eight digits, as nft prints marks.
    static func hex(_ mark: UInt32) -> String {
        let digits = String(mark, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension NftField {
    var nftText: String {
        switch self {
        case .inputInterface: "iifname"
        case .outputInterface: "oifname"
        case .l4proto: "meta l4proto"
        case .address(let family, let end): "\(family == .v4 ? "ip" : "ip6") \(end == .source ? "saddr" : "daddr")"
        case .port(let end): "th \(end == .source ? "sport" : "dport")"
        }
    }
}

extension NftRelation {
    /// In front of a value.
    var nftText: String { self == .equal ? "" : "!= " }
}

extension InterfacePattern {
    var nftText: String {
        switch self {
        case .exactly(let name): "\"\(name)\""
        case .startingWith(let prefix): "\"\(prefix)*\""
        }
    }
}

extension ConntrackStates {
    var nftText: String {
        [(ConntrackStates.invalid, "invalid"), (.established, "established"), (.related, "related")]
            .filter { contains($0.0) }.map(\.1).joined(separator: ",")
    }
}

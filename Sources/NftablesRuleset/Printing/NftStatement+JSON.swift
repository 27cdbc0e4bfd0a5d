import NetTypes

extension NftStatement {
    var json: String {
        switch self {
        case .match(let match): match.json
        case .counter: JSON.object([("counter", "null")])
        case .log(let prefix):
            JSON.object([("log", JSON.object([("prefix", JSON.text(prefix)), ("level", JSON.text("notice"))]))])
        case .reject:
            JSON.object([
                ("reject", JSON.object([("type", JSON.text("icmpx")), ("expr", JSON.text("port-unreachable"))]))
            ])
        case .verdict(let verdict): verdict.json
        case .setMark(let bit): bit.changeJSON("|", bit.mask)
        case .clearMark(let bit): bit.changeJSON("&", ~bit.mask)
        case .notrack: JSON.object([("notrack", "null")])
        case .verdictMap(let field, let map):
            JSON.object([("vmap", JSON.object([("key", field.json), ("data", JSON.text("@\(map)"))]))])
        }
    }
}

extension NftVerdict {
    var json: String {
        switch self {
        case .accept, .drop, .return: JSON.object([(description, "null")])
        case .jump(let chain): JSON.object([("jump", JSON.object([("target", JSON.text(chain))]))])
        case .goto(let chain): JSON.object([("goto", JSON.object([("target", JSON.text(chain))]))])
        }
    }
}

extension NftMatch {
    fileprivate var json: String {
        switch self {
        case .inputInterface(let pattern): NftMatch.json(NftField.inputInterface.json, "==", pattern.json)
        case .outputInterface(let pattern): NftMatch.json(NftField.outputInterface.json, "==", pattern.json)
        case .family(let family): NftMatch.json(NftField.metaJSON("nfproto"), "==", JSON.text(family.nftText))
        case .l4proto(let relation, let proto):
            NftMatch.json(NftField.l4proto.json, relation.json, JSON.text(proto.nftText))
        case .conntrack(let states):
            NftMatch.json(
                JSON.object([("ct", JSON.object([("key", JSON.text("state"))]))]), "in",
                JSON.array(states.nftText.split(separator: ",").map { JSON.text(String($0)) }))
        case .address(let end, let relation, let block):
            NftMatch.json(NftField.address(block.family, end).json, relation.json, block.json)
        case .port(let end, let relation, let range):
            NftMatch.json(NftField.port(end).json, relation.json, JSON.range(range.first, range.last))
        case .transportReadable(let end): NftMatch.json(NftField.port(end).json, ">=", "0")
        case .icmpType(let family, let relation, let types):
            NftMatch.json(
                NftField.payloadJSON(family == .v4 ? "icmp" : "icmpv6", "type"), relation.json,
                JSON.range(types.lowerBound, types.upperBound))
        case .icmpTypeAndCode(let relation, let type, let code):
            NftMatch.json(
                JSON.object([
                    ("payload", JSON.object([("base", JSON.text("th")), ("offset", "0"), ("len", "16")]))
                ]), relation.json, "\(UInt16(type) << 8 | UInt16(code))")
        case .marked(let bit): NftMatch.json(MarkBit.json("&", bit.mask), "==", "\(bit.mask)")
        case .destinationTranslated:
            NftMatch.json(JSON.object([("ct", JSON.object([("key", JSON.text("status"))]))]), "in", JSON.text("dnat"))
        case .locallyGenerated: NftMatch.json(NftField.metaJSON("iif"), "==", JSON.text("0"))
        case .reversePathMissing:
            NftMatch.json(
                JSON.object([
                    (
                        "fib",
                        JSON.object([
                            ("result", JSON.text("oif")),
                            ("flags", JSON.array(["saddr", "mark", "iif"].map(JSON.text))),
                        ])
                    )
                ]), "==", "false")
        case .lookup(let fields, let relation, let set):
            NftMatch.json(
                fields.count == 1 ? fields[0].json : JSON.object([("concat", JSON.array(fields.map(\.json)))]),
                relation.json, JSON.text("@\(set)"))
        }
    }

    private static func json(_ left: String, _ op: String, _ right: String) -> String {
        JSON.object([("match", JSON.object([("op", JSON.text(op)), ("left", left), ("right", right)]))])
    }
}

extension MarkBit {
    /// The mark and a number under an operator.
    fileprivate static func json(_ op: String, _ number: UInt32) -> String {
        JSON.object([(op, JSON.array([NftField.metaJSON("mark"), "\(number)"]))])
    }

    fileprivate func changeJSON(_ op: String, _ number: UInt32) -> String {
        JSON.object([
            ("mangle", JSON.object([("key", NftField.metaJSON("mark")), ("value", MarkBit.json(op, number))]))
        ])
    }
}

extension NftField {
    fileprivate var json: String {
        switch self {
        case .inputInterface: NftField.metaJSON("iifname")
        case .outputInterface: NftField.metaJSON("oifname")
        case .l4proto: NftField.metaJSON("l4proto")
        case .address(let family, let end):
            NftField.payloadJSON(family == .v4 ? "ip" : "ip6", end == .source ? "saddr" : "daddr")
        case .port(let end): NftField.payloadJSON("th", end == .source ? "sport" : "dport")
        }
    }

    fileprivate static func metaJSON(_ key: String) -> String {
        JSON.object([("meta", JSON.object([("key", JSON.text(key))]))])
    }

    fileprivate static func payloadJSON(_ proto: String, _ field: String) -> String {
        JSON.object([("payload", JSON.object([("protocol", JSON.text(proto)), ("field", JSON.text(field))]))])
    }
}

extension NftRelation {
    fileprivate var json: String { self == .equal ? "==" : "!=" }
}

extension InterfacePattern {
    fileprivate var json: String {
        switch self {
        case .exactly(let name): JSON.text(name)
        case .startingWith(let prefix): JSON.text(prefix + "*")
        }
    }
}

extension IPFamily {
    /// As `meta nfproto` has it.
    var nftText: String { self == .v4 ? "ipv4" : "ipv6" }
}

extension IPPrefix {
    /// A single address as text, a block as `{"prefix": …}`.
    var json: String {
        guard !isSingleAddress else { return JSON.text(address.description) }
        let members = [("addr", JSON.text(address.description)), ("len", "\(length)")]
        return JSON.object([("prefix", JSON.object(members))])
    }
}

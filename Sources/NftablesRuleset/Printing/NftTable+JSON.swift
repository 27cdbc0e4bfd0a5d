import Classification
import Diagnostics
import NetTypes

extension NftTable {
    /// The table in the JSON schema of libnftables (`libnftables-json(5)`), as `nft -j -f` loads it. One command a
    /// line; keys in fixed order.
    ///
    /// nft 1.0.6 takes no comments of tables, chains and sets in this form; rules keep theirs.
    public func nftJSON() -> String {
        var commands = [JSON.object([("table", JSON.object([("family", JSON.inet), ("name", JSON.text(name))]))])]
        commands += chains.map { JSON.object([("chain", $0.json(table: name))]) }
        commands += sets.map { JSON.object([($0.isVerdictMap ? "map" : "set", $0.json(table: name))]) }
        for chain in chains {
            commands += chain.rules.map { JSON.object([("rule", $0.json(table: name, chain: chain.name))]) }
        }
        let lines = commands.map { "  " + JSON.object([("add", $0)]) }
        return "{\"nftables\": [\n" + lines.joined(separator: ",\n") + "\n]}\n"
    }
}

/// Puts JSON together from finished parts.
enum JSON {
    static let inet = text("inet")

    static func text(_ value: String) -> String { JSONText.quoted(value) }

    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(text($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
    }

    static func array(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    /// `{"range": [first, last]}`, or the one value.
    static func range<Bound: BinaryInteger>(_ first: Bound, _ last: Bound) -> String {
        first == last ? "\(first)" : object([("range", array(["\(first)", "\(last)"]))])
    }
}

extension NftChain {
    fileprivate func json(table: String) -> String {
        var members = [("family", JSON.inet), ("table", JSON.text(table)), ("name", JSON.text(name))]
        if let base {
            members += [
                ("type", JSON.text("filter")), ("hook", JSON.text(base.hook.rawValue)), ("prio", "\(base.priority)"),
                ("policy", JSON.text("accept")),
            ]
        }
        return JSON.object(members)
    }
}

extension NftRule {
    fileprivate func json(table: String, chain: String) -> String {
        var members = [("family", JSON.inet), ("table", JSON.text(table)), ("chain", JSON.text(chain))]
        members.append(("expr", JSON.array(statements.map(\.json))))
        if let comment { members.append(("comment", JSON.text(comment))) }
        return JSON.object(members)
    }
}

extension NftSet {
    fileprivate func json(table: String) -> String {
        let types = keyTypes.map { JSON.text($0.name) }
        var members = [
            ("family", JSON.inet), ("table", JSON.text(table)), ("name", JSON.text(name)),
            ("type", types.count == 1 ? types[0] : JSON.array(types)),
        ]
        if isVerdictMap { members.append(("map", JSON.text("verdict"))) }
        if isInterval { members.append(("flags", JSON.array([JSON.text("interval")]))) }
        if hasTimeouts { members.append(("flags", JSON.array([JSON.text("timeout")]))) }
        let elements = elementJSON
        if !elements.isEmpty { members.append(("elem", JSON.array(elements))) }
        return JSON.object(members)
    }

    private var elementJSON: [String] {
        switch contents {
        case .addresses(_, let list): list.map { JSON.text($0.description) }
        case .expiring(_, let list): list.map(\.elementJSON)
        case .prefixes(_, let list): list.map(\.json)
        case .addressPorts(_, let list):
            list.map { member in
                let parts = [
                    JSON.text(member.address.description), JSON.text(member.proto.nftText), "\(member.port)",
                ]
                return JSON.object([("concat", JSON.array(parts))])
            }
        case .ports(let list): list.map { JSON.range($0.first, $0.last) }
        case .protocols(let list): list.map { JSON.text($0.nftText) }
        case .interfaceVerdicts(let list): list.map { JSON.array([JSON.text($0.interface), $0.verdict.json]) }
        }
    }
}

extension DomainMembers.Member {
    /// With a time to live `{"elem": {"val": address, "timeout": seconds}}`.
    fileprivate var elementJSON: String {
        let value = JSON.text(address.description)
        guard let timeToLive else { return value }
        return JSON.object([("elem", JSON.object([("val", value), ("timeout", "\(timeToLive)")]))])
    }
}

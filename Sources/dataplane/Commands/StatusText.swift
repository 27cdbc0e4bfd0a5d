import Diagnostics
import NftablesKernel

/// What `dataplane status` prints.
enum StatusText {
    /// The table, its sets, and every commented rule with its counter.
    static func text(_ status: TableStatus) -> String {
        var lines = ["table inet \(status.name), generation \(status.generation)"]
        if let comment = status.comment { lines.append("  \(comment)") }
        let rules = status.chains.reduce(0) { $0 + $1.rules.count }
        lines.append("  \(status.chains.count) chains, \(rules) rules, \(status.sets.count) sets and maps")
        for set in status.sets {
            let comment = set.comment.map { "  # \($0)" } ?? ""
            lines.append("  \(set.isMap ? "map" : "set") \(set.name): \(set.elementCount) elements\(comment)")
        }
        for chain in status.chains where chain.rules.contains(where: { $0.comment != nil }) {
            lines.append("  chain \(chain.name)")
            for rule in chain.rules {
                guard let comment = rule.comment else { continue }
                lines.append("    \(count(rule.counter))  \(comment)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func count(_ counter: TableStatus.Counter?) -> String {
        guard let counter else { return "not counted" }
        return "\(counter.packets) packets \(counter.bytes) bytes"
    }

    /// One object on one line; `"loaded":false` when there is no table.
    static func json(_ status: TableStatus?) -> String {
        let head = "\"apiVersion\":\"dataplane/v1\",\"kind\":\"Status\""
        guard let status else { return "{\(head),\"loaded\":false}\n" }
        let sets = status.sets.map { set in
            "{\"name\":\(JSONText.quoted(set.name)),\"isMap\":\(set.isMap),\"elements\":\(set.elementCount)"
                + "\(comment(set.comment))}"
        }
        let rules = status.chains.flatMap { chain in
            chain.rules.compactMap { rule in
                rule.comment.map { text in
                    let counter = rule.counter.map { ",\"packets\":\($0.packets),\"bytes\":\($0.bytes)" } ?? ""
                    return "{\"chain\":\(JSONText.quoted(chain.name)),\"comment\":\(JSONText.quoted(text))\(counter)}"
                }
            }
        }
        return "{\(head),\"loaded\":true,\"table\":\(JSONText.quoted(status.name)),\"generation\":\(status.generation)"
            + ",\"chains\":\(status.chains.count),\"sets\":[\(sets.joined(separator: ","))]"
            + ",\"rules\":[\(rules.joined(separator: ","))]}\n"
    }

    private static func comment(_ text: String?) -> String {
        text.map { ",\"comment\":\(JSONText.quoted($0))" } ?? ""
    }
}

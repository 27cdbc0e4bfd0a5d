import NetTypes
import NetworkTopology

/// The destination translation of requests as nftables rules, for a kernel that has no kube-proxy: one rule for each
/// packet that is replaced.
struct TranslationTable {
    private var targets: [FlowKey: FlowKey] = [:]

    /// The name of the table.
    private static let name = "dataplane-translation"

    /// False when another packet that the same rule would match goes elsewhere.
    mutating func add(_ request: EngineRequest) -> Bool {
        let original = Self.matched(request.key.untranslated(request.visit.translation))
        let target = Self.matched(request.key)
        guard targets[original] == nil || targets[original] == target else { return false }
        targets[original] = target
        return true
    }

    /// What a rule compares: of ICMP the addresses alone.
    private static func matched(_ key: FlowKey) -> FlowKey {
        var key = key
        (key.icmpType, key.icmpCode) = (0, 0)
        return key
    }

    /// Replaces the table that is there, if one is.
    var nftText: String {
        let rules = targets.sorted { "\($0.key)" < "\($1.key)" }.filter { $0.key != $0.value }
            .map { "    " + Self.rule($0.key, $0.value) }
        let chains = ["prerouting", "output"].flatMap { hook in
            ["  chain \(hook) {", "    type nat hook \(hook) priority -100; policy accept;"] + rules + ["  }"]
        }
        let table = "table inet \(Self.name)"
        return (["\(table) { }", "delete \(table)", "\(table) {"] + chains + ["}", ""]).joined(separator: "\n")
    }

    private static func rule(_ original: FlowKey, _ translated: FlowKey) -> String {
        let isV4 = original.family == .v4
        let family = isV4 ? "ip" : "ip6"
        let destination = isV4 ? "\(translated.destination)" : "[\(translated.destination)]"
        var words = [
            "\(family) saddr \(original.source) \(family) daddr \(original.destination)",
            "meta l4proto \(original.proto.rawValue)",
        ]
        guard original.transport == .ports else {
            return (words + ["dnat \(family) to \(translated.destination)"]).joined(separator: " ")
        }
        words.append("th sport \(original.sourcePort) th dport \(original.destinationPort)")
        words.append("dnat \(family) to \(destination):\(translated.destinationPort)")
        return words.joined(separator: " ")
    }
}

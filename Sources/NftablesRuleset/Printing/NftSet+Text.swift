import Classification
import NetTypes

extension NftSet {
    var nftLines: [String] {
        var lines = ["", "\t\(isVerdictMap ? "map" : "set") \(name) {"]
        let type = keyTypes.map(\.name).joined(separator: " . ")
        lines.append("\t\ttype \(type)\(isVerdictMap ? " : verdict" : "")")
        if isInterval { lines.append("\t\tflags interval") }
        if hasTimeouts { lines.append("\t\tflags timeout") }
        if let comment { lines.append("\t\tcomment \"\(comment)\"") }
        let elements = elementTexts
        if !elements.isEmpty {
            lines.append("\t\telements = { " + elements.joined(separator: ",\n\t\t\t     ") + " }")
        }
        lines.append("\t}")
        return lines
    }

    /// Each element as nft writes it.
    var elementTexts: [String] {
        switch contents {
        case .addresses(_, let list): list.map(\.description)
        case .expiring(_, let list):
            list.map { "\($0.address)" + ($0.timeToLive.map { " timeout \($0)s" } ?? "") }
        case .prefixes(_, let list): list.map(\.nftText)
        case .addressPorts(_, let list): list.map { "\($0.address) . \($0.proto.nftText) . \($0.port)" }
        case .ports(let list): list.map(\.description)
        case .protocols(let list): list.map(\.nftText)
        case .interfaceVerdicts(let list): list.map { "\"\($0.interface)\" : \($0.verdict)" }
        }
    }
}

extension IPPrefix {
    /// A single address without its length.
    var nftText: String { isSingleAddress ? address.description : description }
}

extension IPProtocol {
    /// The name that nft knows without looking into /etc/protocols, else the number.
    var nftText: String {
        switch self {
        case .icmp: "icmp"
        case .icmpv6: "ipv6-icmp"
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        case .dccp: "dccp"
        case .udplite: "udplite"
        default: String(rawValue)
        }
    }
}

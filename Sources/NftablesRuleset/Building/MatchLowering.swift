import Classification
import NetTypes

/// The way in which the positive port condition of an end holds.
enum PortWay {
    case ranges
    case members
}

/// Turns the condition of a tree rule into conditions of nft rules.
///
/// nft rules know no "or" beyond membership in a set, so one tree rule can become several: one per family where its
/// meaning depends on addresses, one per protocol where there are few, each with ports, since comparing costs less than
/// a set, and one per way in which "port in a range, or (address, protocol, port) in a set" can hold on either end: at
/// most eight of these, since the triple sets of one end are joined into one.
struct MatchLowering {
    /// The conditions, of which a packet that matches fulfils at least one.
    ///
    /// - Parameter exclusive: At most one, too: for rules that do something without deciding.
    static func alternatives(of match: RuleMatch, exclusive: Bool, sets: inout SetPool) -> [[NftMatch]] {
        guard match.protocols.isFewWithPorts else { return ways(of: match, exclusive: exclusive, sets: &sets) }
        return match.protocols.members.flatMap { proto in
            var single = match
            single.protocols = ProtocolSet(proto)
            return ways(of: single, exclusive: exclusive, sets: &sets)
        }
    }

    private static func ways(of match: RuleMatch, exclusive: Bool, sets: inout SetPool) -> [[NftMatch]] {
        var result: [[NftMatch]] = []
        for source in ways(match.source.ports) {
            for destination in ways(match.destination.ports) {
                var lowered: [IPFamily: [NftMatch]] = [:]
                for family in match.families.families {
                    var lowering = FamilyLowering(match: match, family: family, exclusive: exclusive)
                    lowered[family] = lowering.conditions(source, destination, &sets)
                }
                if let v4 = lowered[.v4], let v6 = lowered[.v6], v4 == v6 {
                    result.append(v4)
                } else {
                    result += IPFamily.allCases.compactMap { family in
                        lowered[family].map { [.family(family)] + $0 }
                    }
                }
            }
        }
        return result
    }

    /// `nil` stands for "no condition".
    private static func ways(_ ports: PortMatch?) -> [PortWay?] {
        guard let ports else { return [nil] }
        return (ports.ranges.isEmpty ? [] : [.ranges]) + (ports.namedSets.isEmpty ? [] : [.members])
    }
}

extension ProtocolSet {
    /// Nothing but two to four of those that rules with ports name.
    fileprivate var isFewWithPorts: Bool {
        (2...4).contains(count) && intersection(ProtocolSet(.tcp, .udp, .sctp, .udplite)) == self
    }
}

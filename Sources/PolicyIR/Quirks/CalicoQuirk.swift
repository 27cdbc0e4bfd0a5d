/// A known fault of Calico's own nftables dataplane: where the packets of a real node of today fare otherwise than the
/// policy says. Verdicts here follow the meaning; `QuirkFindings` warns wherever a manifest runs into one.
///
/// The table below is the whole list (calico.md, "[quirk]").
public struct CalicoQuirk: Sendable, Hashable {
    /// Of the diagnostics about it: `calico-quirk-…`.
    public let id: String
    /// A few words, as reports print it.
    public let name: String
    /// What a real node of today does.
    public let behaviour: String
    /// How to write the manifests so that it doesn't.
    public let remedy: String
    /// Section of the specification, and how it is known.
    public let source: String
    /// Words by which measured corpora call it, any of them.
    let corpusWords: [String]

    init(_ id: String, _ name: String, does behaviour: String, instead remedy: String, source: String, words: [String])
    {
        self.id = "calico-quirk-\(id)"
        self.name = name
        self.behaviour = behaviour
        self.remedy = remedy
        self.source = source
        corpusWords = words
    }
}

extension CalicoQuirk {
    public static let icmpCode = CalicoQuirk(
        "icmp-code", "an ICMP code stops Felix",
        does: "nft refuses the rule that Felix writes for an ICMP type with a code, and Felix ends without programming "
            + "anything on the node: none of its policies takes effect",
        instead: "leave the code out: the rule then covers every code of the type",
        source: "calico.md 5.5, measured with nft 1.1.3; seen with nft 1.0.6", words: ["icmp code"])

    public static let icmpProtocol = CalicoQuirk(
        "icmp-protocol", "an ICMP type beside another protocol stops Felix",
        does: "nft refuses the rule that Felix writes (conflicting protocols), and with it all else that Felix would "
            + "program on the node",
        instead: "write the protocol by its name, ICMP or ICMPv6, which limits the rule to its IP version; beside any "
            + "other protocol leave notICMP out",
        source: "calico.md 5.5; seen with nft 1.0.6", words: ["conflicting protocol"])

    public static let matchBlocks = CalicoQuirk(
        "match-blocks", "three or more positive match blocks",
        does: "Felix splits a rule with more than 15 ports, several named ports or several nets into match blocks, and "
            + "does not reset its scratch mark between them: once the second block has matched, the later ones pass "
            + "any packet",
        instead: "keep at most two blocks in a rule: put the nets into a network set and select that, or make several "
            + "rules of it",
        source: "calico.md 5.6 and T31, measured", words: ["match blocks"])

    public static let serviceNamespace = CalicoQuirk(
        "service-namespace", "services without a namespace match nothing",
        does: "Felix looks for the service in no namespace instead of the policy's own, and the rule matches nothing",
        instead: "write the namespace", source: "calico.md 3.5 and T60, measured",
        words: ["services without", "service without"])

    public static let translatedHostTraffic = CalicoQuirk(
        "translated-host-traffic", "translated traffic of the node is judged twice",
        does:
            "nft compares the whole of ct status, so that Felix judges a packet of the node to a service in OUTPUT as "
            + "well as behind its translation: even one that goes to a local pod meets the host endpoint's egress "
            + "policy, which knows none of the exceptions for pods",
        instead: "allow the node's own traffic to the services' backends in the egress policy of the host endpoint",
        source: "calico.md 5.4, measured", words: ["ct status compared"])

    public static let untrackedHostTraffic = CalicoQuirk(
        "untracked-host-traffic", "packets of the node without conntrack entry skip host endpoint egress",
        does: "Felix asks for ct status first, which a packet without conntrack entry has none of: what connection "
            + "tracking calls invalid (an ICMP answer that nobody asked for, say) leaves the node unjudged",
        instead:
            "deny what must not leave in a doNotTrack policy, which is judged before connection tracking (those of "
            + "a host endpoint for * are ignored)",
        source: "calico.md 5.4, measured", words: ["without conntrack entry"])

    public static let returnedAllow = CalicoQuirk(
        "returned-allow", "filter allow action Return",
        does:
            "with nftablesFilterAllowAction Return, established packets from a pod to its own node come back from the "
            + "pod's chain and meet defaultEndpointToHostAction, which drops answers to the node",
        instead: "leave nftablesFilterAllowAction at Accept, or set defaultEndpointToHostAction to Accept",
        source: "calico.md 1.8, read in Felix (endpoints.go, appendConntrackRules)", words: ["allow action"])

    /// Reported where the block is refused, under the same id: the object never gets as far as policy.
    public static let unparsableBlock = CalicoQuirk(
        "unparsable-block", "an ipBlock that cannot be parsed opens the peer",
        does:
            "API servers of old store leading zeros in an ipBlock, and Calico's converter, which cannot read them, takes "
            + "such a cidr for any address, and drops such an except with all that follow it",
        instead: "write the block without leading zeros",
        source: "calico.md 6.1, kubernetes.md 2, read in Calico (k8sPeerToCalicoFields)", words: ["ipblock"])

    /// The whole table.
    public static let all = [
        icmpCode, icmpProtocol, matchBlocks, serviceNamespace, translatedHostTraffic, untrackedHostTraffic,
        returnedAllow, unparsableBlock,
    ]

    /// The fault that a measured corpus means by its text; `nil` for one that is not in the table.
    public static func named(inCorpus text: String) -> CalicoQuirk? {
        let text = text.lowercased()
        return all.first { $0.corpusWords.contains(where: text.contains) }
    }
}

import Classification
import NetTypes
import NetworkTopology

/// The base chains that lead to the programs of host endpoints (calico.md 4.4, 5.4).
extension RulesetBuilder {
    /// mangle PREROUTING: preDNAT policy judges new packets before their destination is translated. An interface whose own
    /// host endpoint has no such policy meets that of `*` (T63).
    mutating func addPreDNATChain(_ host: HostSide) {
        guard host.hasPreDNAT else { return }
        let marked = host.hasUntracked ? [accepted(host)] : []
        addBase(
            "cali-prerouting-prednat", .prerouting, -150, "preDNAT policy of host endpoints",
            [conntrackAccept] + marked
                + dispatch(host.uses(.preDNAT) { $0.preDNAT }, .inputInterface, map: "cali-from-hep-prednat"))
    }

    mutating func addForwardFromHost(_ host: HostSide) {
        guard !host.isEmpty else { return }
        addBase(
            "cali-forward-from-host", .forward, -1, "forward policy of the interface of arrival",
            (host.usesMark ? [accepted(host)] : [])
                + dispatch(
                    host.uses(.hostForward) { $0.forward.ingress }, .inputInterface, map: "cali-from-hep-forward"))
    }

    mutating func addForwardToHost(_ host: HostSide) {
        guard !host.isEmpty else { return }
        addBase(
            "cali-forward-to-host", .forward, 2, "forward policy of the interface of departure",
            dispatch(host.uses(.hostForward) { $0.forward.egress }, .outputInterface, map: "cali-to-hep-forward"))
    }

    /// A packet to a service range that is still forwarded found no service and would come back (calico.md 4.6). Established
    /// packets were accepted by the endpoint that they met first, if they met any.
    mutating func addServiceLoop(_ ends: ViewEndpoints) {
        let drops = ends.host.settings.serviceLoopPrefixes.map { prefix in
            fixed(
                [.family(prefix.family)] + addressMatch(.destination, prefix), .drop, .serviceLoop,
                "service range without service")
        }
        guard !drops.isEmpty else { return }
        let judged = ends.judgedPatterns.map { patterns in
            patterns.map { established([.inputInterface($0)]) } + patterns.map { established([.outputInterface($0)]) }
        }
        addBase(
            "cali-forward-service-loop", .forward, 3, "service loop prevention",
            (judged ?? [conntrackAccept]) + drops)
    }

    /// The end of the input chain: whatever is left comes in by no pod's interface.
    mutating func hostIngress(_ host: HostSide) -> [NftRule] {
        guard !host.isEmpty else { return [] }
        return (host.usesMark ? [accepted(host)] : [])
            + dispatch(host.uses(.host) { $0.normal.ingress }, .inputInterface, map: "cali-from-host-endpoint")
    }

    /// What the node sends itself. The destination of a translated connection is judged at postrouting, since the
    /// output hook still names the interface of the original one.
    mutating func addOutputChains(_ ends: ViewEndpoints) {
        let host = ends.host
        guard !host.isEmpty else { return }
        let toPods = ends.workloadPatterns.map {
            fixed([.outputInterface($0)], .accept, .hostToWorkload, "the node reaches its own pods")
        }
        let translated = NftRule([.match(.destinationTranslated), .verdict(.accept)])
        addBase(
            "cali-output", .output, 0, "policy of what the node sends",
            (host.hasUntracked ? [accepted(host)] : []) + [translated] + toPods
                + tunnelAccepts(host.settings.tunnels, between: .destination)
                + dispatch(host.uses(.host) { $0.normal.egress }, .outputInterface, map: "cali-to-host-endpoint"))
        // The kernel has no `reject` at postrouting; without it the chains of the output hook serve here as well.
        let place: ProgramKey.Place = host.settings.denyRejects ? .hostTranslated : .host
        let map = "cali-to-host-endpoint\(host.settings.denyRejects ? "-dnat" : "")"
        let policed = names.unique("cali-to-translated")
        programChains.append(
            NftChain(
                name: policed, origin: "translated connections of the node",
                rules: toPods + dispatch(host.uses(place) { $0.normal.egress }, .outputInterface, map: map)))
        addBase(
            "cali-postrouting", .postrouting, -150, "policy of translated connections of the node",
            [lead(.goto(policed), if: [.locallyGenerated, .destinationTranslated])])
    }

    /// Untracked or preDNAT policy let it pass: policy of the host endpoint is not asked again.
    func accepted(_ host: HostSide) -> NftRule { lead(.accept, if: [.marked(host.acceptBit)]) }

    /// Leads packets of named interfaces to their programs, all others to that of `*`.
    mutating func dispatch(
        _ uses: (named: [ProgramUse], wildcard: ProgramUse?), _ field: NftField, map: String
    ) -> [NftRule] {
        var rules: [NftRule] = []
        let users = users(of: uses.named + [uses.wildcard].compactMap { $0 })
        if !uses.named.isEmpty {
            addMap(map, "program of each host endpoint", uses.named, users)
            rules.append(NftRule([.verdictMap(field, map: map)]))
        }
        if let wildcard = uses.wildcard {
            rules.append(lead(.goto(programChain(wildcard.key, users: users[wildcard.key] ?? []))))
        }
        return rules
    }

    /// `0.0.0.0/0` and `::/0` need no comparison.
    func addressMatch(_ end: PacketEnd, _ block: IPPrefix) -> [NftMatch] {
        block.length == 0 ? [] : [.address(end, .equal, block)]
    }
}

import Classification
import NetTypes
import NetworkTopology

/// The base chains before connection tracking (calico.md 4.4, 4.6, 5.4).
extension RulesetBuilder {
    private static let rawPriority: Int32 = -300

    mutating func addRawChains(_ ends: ViewEndpoints) {
        let host = ends.host
        let clear = host.usesMark ? [NftRule([.clearMark(host.acceptBit)])] : []
        addBase(
            "cali-prerouting-raw", .prerouting, RulesetBuilder.rawPriority, "before connection tracking",
            clear + untrackedTunnels(host.settings.tunnels) + reversePath(ends)
                + dispatch(
                    (host.uses(.untracked) { $0.untracked?.ingress }.named, nil), .inputInterface,
                    map: "cali-from-hep-raw"))
        let sent =
            dispatch(
                (host.uses(.untracked) { $0.untracked?.egress }.named, nil), .outputInterface, map: "cali-to-hep-raw")
        let tunnels = untrackedTunnels(host.settings.tunnels)
        guard !sent.isEmpty || !tunnels.isEmpty else { return }
        addBase(
            "cali-output-raw", .output, RulesetBuilder.rawPriority, "before connection tracking",
            (sent.isEmpty ? [] : clear) + tunnels + sent)
    }

    /// Where packets come in by a pod's interface the way back to their source must lead out of it.
    private mutating func reversePath(_ ends: ViewEndpoints) -> [NftRule] {
        let exempt = ends.host.allowedSources.flatMap { source in
            source.prefixes.map { prefix in
                fixed(
                    [.inputInterface(.exactly(source.interface)), .family(prefix.family)]
                        + addressMatch(.source, prefix), .accept, .reversePathExempt, "allowedSourcePrefixes")
            }
        }
        return exempt
            + ends.workloadPatterns.map { pattern in
                fixed(
                    [.inputInterface(pattern), .reversePathMissing], .drop, .reversePath,
                    "source address of somebody else")
            }
    }
}

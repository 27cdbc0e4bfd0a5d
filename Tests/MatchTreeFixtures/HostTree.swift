public import Classification
import NetTypes
public import NetworkTopology

/// A node with everything that concerns host endpoints: policy of all four kinds, `*`, tunnels, a service range, a pod
/// that may send from addresses that are not its own.
public enum HostTree {
    /// - Parameter settings: changed from defaults with both tunnels on and a service range.
    public static func tree(_ change: (inout NodeSettings) -> Void = { _ in }) -> MatchTree {
        var settings = NodeSettings(
            failsafes: Failsafes(
                inbound: [
                    Failsafes.Port(proto: .tcp, port: 22), Failsafes.Port(proto: .tcp, port: 6443),
                    Failsafes.Port(proto: .udp, port: 68, net: IPPrefix("198.51.100.0/24")),
                ], outbound: [Failsafes.Port(proto: .udp, port: 53, net: IPPrefix("::/0"))]),
            tunnels: Tunnels(ipip: true, vxlan4: true),
            serviceLoopPrefixes: [IPPrefix("10.96.0.0/12")].compactMap { $0 })
        change(&settings)
        var fixture = TreeFixture(
            nodeAddresses: [["192.0.2.1", "2001:db8::1"]],
            pods: [
                TreeFixture.Pod(
                    "shop/web", interface: "cali0", addresses: ["10.0.0.1"], allowedSourcePrefixes: ["203.0.113.0/24"])
            ],
            hosts: [
                TreeFixture.Host("first", interface: .named("eth0")),
                TreeFixture.Host("second", interface: .named("eth1")), TreeFixture.Host("rest", interface: .any),
            ], settings: [settings])
        let open = fixture.profile("open", rules: [(.allow, RuleMatch())])
        let openOut = fixture.profile("open", .egress, rules: [(.allow, RuleMatch())])
        let pod = [
            fixture.program(.ingress, profiles: [open]), fixture.program(.egress, profiles: [openOut]),
        ]
        fixture.assign(ingress: [pod[0]], egress: [pod[1]])
        let first = first(&fixture)
        let closed = fixture.plainHost()
        var rest = closed
        let pre = fixture.policy("pre-rest", rules: [(.allow, RuleMatch(protocols: ProtocolSet(.tcp)))])
        rest.preDNAT = fixture.program(.ingress, .preDNAT, tiers: [("default", [pre], false)])
        fixture.assign(hosts: [first, closed, rest])
        return fixture.tree
    }

    /// One with policy of every kind.
    private static func first(_ fixture: inout TreeFixture) -> HostEndpointPrograms {
        let udp = RuleMatch(protocols: ProtocolSet(.udp))
        let raw = fixture.policy("raw", rules: [(.allow, udp)])
        let rawOut = fixture.policy("raw", .egress, rules: [(.allow, udp)])
        let pre = fixture.policy("pre", rules: [(.allow, udp), (.deny, RuleMatch())])
        let both = fixture.policy("both", rules: [(.allow, udp)])
        return HostEndpointPrograms(
            untracked: EndpointPrograms(
                ingress: fixture.program(.ingress, .untracked, tiers: [("default", [raw], false)]),
                egress: fixture.program(.egress, .untracked, tiers: [("default", [rawOut], false)])),
            preDNAT: fixture.program(.ingress, .preDNAT, tiers: [("default", [pre], false)]),
            normal: EndpointPrograms(
                ingress: fixture.program(.ingress, tiers: [("default", [both], true)]),
                egress: fixture.program(.egress)),
            forward: EndpointPrograms(
                ingress: fixture.program(.ingress, .forward, tiers: [("default", [both], true)]),
                egress: fixture.program(.egress, .forward)))
    }
}

extension TreeFixture {
    /// The programs of a host endpoint without policy.
    public mutating func plainHost() -> HostEndpointPrograms {
        HostEndpointPrograms(
            untracked: nil, preDNAT: nil,
            normal: EndpointPrograms(ingress: program(.ingress), egress: program(.egress)),
            forward: EndpointPrograms(ingress: program(.ingress, .forward), egress: program(.egress, .forward)))
    }
}

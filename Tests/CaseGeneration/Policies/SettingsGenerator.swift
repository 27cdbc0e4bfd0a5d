/// FelixConfiguration of the cluster and of single nodes, and pools that switch encapsulation on.
enum SettingsGenerator {
    static func documents(_ vocabulary: Vocabulary, _ dice: inout Dice) -> [ManifestValue] {
        var names: [String] = dice.chance(35) ? ["default"] : []
        if dice.chance(15) { names.append("node.\(dice.pick(vocabulary.nodes).name)") }
        return names.map { configuration($0, &dice) }
            + (dice.some(["pool-4", "pool-6"], dice.chance(30) ? 1...2 : 0...0).map { pool($0, &dice) })
            + (dice.chance(15) ? [serviceRanges(&dice)] : [])
    }

    /// Ranges of services, which packets that no service translates must not be forwarded to.
    private static func serviceRanges(_ dice: inout Dice) -> ManifestValue {
        let blocks = dice.some(["8.8.8.0/24", "10.0.1.0/25", "fd00::100/122", "2606:4700::/32"], 1...3)
        return .document(
            "projectcalico.org/v3", "BGPConfiguration", "default",
            [
                "spec": .object([
                    dice.pick(["serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs"]): .list(
                        blocks.map { .object(["cidr": .text($0)]) })
                ])
            ])
    }

    private static func configuration(_ name: String, _ dice: inout Dice) -> ManifestValue {
        .document(
            "projectcalico.org/v3", "FelixConfiguration", name,
            [
                "spec": .object([
                    "defaultEndpointToHostAction": dice.maybe(60) { .text($0.pick(["Drop", "Accept", "return"])) },
                    "disableConntrackInvalidCheck": dice.maybe(30) { .truth($0.chance(70)) },
                    "vxlanPort": dice.maybe(20) { .number($0.pick([4789, 8080, 8472])) },
                    "allowVXLANPacketsFromWorkloads": dice.maybe(25) { .truth($0.chance(70)) },
                    "allowIPIPPacketsFromWorkloads": dice.maybe(25) { .truth($0.chance(70)) },
                    "serviceLoopPrevention": dice.maybe(30) { .text($0.pick(["Drop", "Reject", "Disabled"])) },
                    "ipv6Support": dice.maybe(8) { .truth($0.chance(20)) },
                    "workloadSourceSpoofing": dice.maybe(40) { .text($0.pick(["Any", "Any", "Disabled"])) },
                    "failsafeInboundHostPorts": dice.maybe(35, failsafes),
                    "failsafeOutboundHostPorts": dice.maybe(35, failsafes),
                ])
            ])
    }

    /// Ports that stay open on host endpoints; none at all is a list, too.
    private static func failsafes(_ dice: inout Dice) -> ManifestValue {
        .list(
            dice.list(0...4) { dice in
                .object([
                    "protocol": dice.maybe(85) { .text($0.pick(["tcp", "udp", "TCP", "sctp"])) },
                    "port": .number(dice.pick(Words.ports)),
                    "net": dice.maybe(35) {
                        .text($0.pick(["198.51.100.0/24", "192.168.0.0/16", "2001:db8::/32", "0.0.0.0/0", "::/0"]))
                    },
                ])
            })
    }

    private static func pool(_ name: String, _ dice: inout Dice) -> ManifestValue {
        let isV4 = name == "pool-4"
        let mode = dice.pick(["vxlanMode", "vxlanMode", isV4 ? "ipipMode" : "vxlanMode"])
        return .document(
            "projectcalico.org/v3", "IPPool", name,
            [
                "spec": .map([
                    ManifestValue.Field(key: "cidr", value: .text(isV4 ? "10.0.0.0/16" : "fd00::/64")),
                    ManifestValue.Field(key: mode, value: .text(dice.pick(["Never", "Always", "CrossSubnet"]))),
                ])
            ])
    }
}

/// FelixConfiguration of the cluster and of single nodes, and pools that switch encapsulation on.
enum SettingsGenerator {
    static func documents(_ vocabulary: Vocabulary, _ dice: inout Dice) -> [ManifestValue] {
        var names: [String] = dice.chance(35) ? ["default"] : []
        if dice.chance(15) { names.append("node.\(dice.pick(vocabulary.nodes).name)") }
        return names.map { configuration($0, &dice) } + (dice.chance(20) ? [pool(&dice)] : [])
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
                ])
            ])
    }

    private static func pool(_ dice: inout Dice) -> ManifestValue {
        .document(
            "projectcalico.org/v3", "IPPool", "pool",
            [
                "spec": .object([
                    "cidr": .text("10.0.0.0/16"), "vxlanMode": .text(dice.pick(["Never", "Always", "CrossSubnet"])),
                    "ipipMode": .text("Never"),
                ])
            ])
    }
}

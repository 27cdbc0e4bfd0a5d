import NetTypes

/// HostEndpoints: what selectors and named ports reach of them, their expected addresses (T33).
enum HostEndpointGenerator {
    static func documents(_ vocabulary: Vocabulary, _ dice: inout Dice) -> [ManifestValue] {
        guard dice.chance(25) else { return [] }
        return dice.some(["host-a", "host-b"], 1...2).map { hostEndpoint($0, vocabulary, &dice) }
    }

    private static func hostEndpoint(_ name: String, _ vocabulary: Vocabulary, _ dice: inout Dice) -> ManifestValue {
        let node = dice.pick(vocabulary.nodes)
        let candidates = node.addresses.map(\.description) + ["198.51.100.7", "10.0.0.9", "2001:db8:ffff::9"]
        // Reserved labels count here as any others (T66).
        let reserved: [Label] = dice.chance(20) ? [("projectcalico.org/namespace", "shop"), ("pcns.env", "prod")] : []
        let ports = dice.some(Words.portNames, 0...2).map { name in
            ManifestValue.object([
                "name": .text(name), "protocol": .text(dice.pick(["TCP", "UDP", "SCTP"])),
                "port": .number(dice.pick(Words.ports)),
            ])
        }
        return .document(
            "projectcalico.org/v3", "HostEndpoint", name, labels: VocabularyGenerator.labels(&dice) + reserved,
            [
                "spec": .object([
                    "node": .text(node.name), "interfaceName": .text("eth1"),
                    "expectedIPs": .texts(dice.some(candidates, 0...3)),
                    "profiles": .texts(dice.some(vocabulary.profiles, 0...1)),
                    "ports": ports.isEmpty ? nil : .list(ports),
                ])
            ])
    }
}

import NetTypes

/// HostEndpoints: of one interface, of all others (`*`), of those that bear an address, of the loopback interface; two for
/// one interface among them. Selectors and named ports reach their expected addresses (T33).
enum HostEndpointGenerator {
    static func documents(_ vocabulary: Vocabulary, _ dice: inout Dice) -> [ManifestValue] {
        guard dice.chance(60) else { return [] }
        return dice.some(["host-a", "host-b", "host-c", "host-d", "host-e"], 1...4).map { name in
            hostEndpoint(name, vocabulary, &dice)
        }
    }

    private static func hostEndpoint(_ name: String, _ vocabulary: Vocabulary, _ dice: inout Dice) -> ManifestValue {
        let node = dice.pick(vocabulary.nodes)
        let interface: String? = dice.weighted([
            (5, "eth0"), (4, "eth1"), (4, "*"), (1, "lo"), (1, "caliwepp1"), (3, nil),
        ])
        let expected = interface == nil ? node.addresses.map(\.description) : []
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
                    "node": .text(node.name), "interfaceName": interface.map { .text($0) },
                    "expectedIPs": .texts(
                        expected.isEmpty ? dice.some(candidates, 0...3) : dice.some(expected, 1...2)),
                    "profiles": .texts(dice.some(vocabulary.profiles, 0...1)),
                    "ports": ports.isEmpty ? nil : .list(ports),
                ])
            ])
    }
}

import NetTypes

/// ClusterNetworkPolicies, AdminNetworkPolicies and BaselineAdminNetworkPolicies: peers and ports of all forms, those
/// that Calico cannot convert among them.
struct ClusterPolicyGenerator {
    private enum Kind: String {
        case cluster = "ClusterNetworkPolicy"
        case admin = "AdminNetworkPolicy"
        case baseline = "BaselineAdminNetworkPolicy"

        var version: String { self == .cluster ? "v1alpha2" : "v1alpha1" }

        var actions: [String] {
            switch self {
            case .cluster: ["Accept", "Deny", "Pass"]
            case .admin: ["Allow", "Deny", "Pass"]
            case .baseline: ["Allow", "Deny"]
            }
        }
    }

    private let vocabulary: Vocabulary
    private let selectors: LabelSelectorGenerator

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        selectors = LabelSelectorGenerator(vocabulary: vocabulary)
    }

    /// - Parameter name: unique within its kind; the one BaselineAdminNetworkPolicy has a name of its own.
    func policy(_ name: String, _ dice: inout Dice) -> ManifestValue {
        let kind: Kind = dice.weighted([(5, .cluster), (3, .admin), (2, .baseline)])
        return .document(
            "policy.networking.k8s.io/\(kind.version)", kind.rawValue, kind == .baseline ? "default" : name,
            [
                "spec": .object([
                    "tier": kind == .cluster ? .text(dice.pick(["Admin", "Baseline"])) : nil,
                    // Equal priorities are likely: names and kinds decide then.
                    "priority": kind == .baseline ? nil : .number(dice.pick([0, 1, 1, 10, 1000])),
                    "subject": selection(kind, &dice),
                    "ingress": dice.maybe(75) { rules(.ingress, kind, &$0) },
                    "egress": dice.maybe(65) { rules(.egress, kind, &$0) },
                ])
            ])
    }

    private func rules(_ direction: Direction, _ kind: Kind, _ dice: inout Dice) -> ManifestValue {
        .list(
            dice.list(1...3) { dice in
                let peers = ManifestValue.list(dice.list(1...3) { peer(direction, kind, &$0) })
                let ports = dice.maybe(60) { dice in
                    ManifestValue.list(dice.list(1...4) { kind == .cluster ? match(&$0) : port(&$0) })
                }
                return .object([
                    "name": dice.maybe(20) { _ in .text("a \"rule\": of #2") },
                    "action": .text(dice.pick(kind.actions)), "from": direction == .ingress ? peers : nil,
                    "to": direction == .egress ? peers : nil, kind == .cluster ? "protocols" : "ports": ports,
                ])
            })
    }

    // MARK: Subjects and peers

    private func selection(_ kind: Kind, _ dice: inout Dice) -> ManifestValue {
        if dice.chance(45) { return .object(["namespaces": selectors.namespaces(&dice)]) }
        let namesNamespaces = kind != .cluster || dice.chance(60)
        return .object([
            "pods": .object([
                "namespaceSelector": namesNamespaces ? selectors.namespaces(&dice) : nil,
                "podSelector": selectors.pods(&dice),
            ])
        ])
    }

    private func peer(_ direction: Direction, _ kind: Kind, _ dice: inout Dice) -> ManifestValue {
        if direction == .egress, dice.chance(40) {
            return .object([
                "networks": .texts(dice.some(Array(Set(vocabulary.blocks)).sorted(), 1...4).map { "\($0)" })
            ])
        }
        if direction == .egress, kind != .cluster, dice.chance(kind == .admin ? 20 : 8) {
            return kind == .admin && dice.chance(50)
                ? .object(["domainNames": .texts(["*.example.org"])]) : .object(["nodes": .object([:])])
        }
        return selection(kind, &dice)
    }

    // MARK: Ports

    /// One of `protocols`; a range has two ends.
    private func match(_ dice: inout Dice) -> ManifestValue {
        if dice.chance(vocabulary.emphasis.percent(25, .namedPorts)) {
            return .object(["destinationNamedPort": .text(dice.pick(Words.rulePortNames))])
        }
        let ends = ends(&dice)
        let port: ManifestValue =
            ends.first < ends.last && dice.chance(50)
            ? .object(["range": .object(["start": .number(ends.first), "end": .number(ends.last)])])
            : .object(["number": .number(ends.first)])
        let transport = ManifestValue.object(["destinationPort": port])
        return dice.pick([.object(["tcp": transport]), .object(["udp": transport]), .object(["sctp": transport])])
    }

    /// One of `ports`; without protocol it is TCP.
    private func port(_ dice: inout Dice) -> ManifestValue {
        if dice.chance(vocabulary.emphasis.percent(25, .namedPorts)) {
            return .object(["namedPort": .text(dice.pick(Words.rulePortNames))])
        }
        let ends = ends(&dice)
        let proto: ManifestValue? = dice.maybe(70) { .text($0.pick(["TCP", "UDP", "SCTP"])) }
        guard dice.chance(50) else {
            return .object(["portNumber": .object(["protocol": proto, "port": .number(ends.first)])])
        }
        return .object([
            "portRange": .object(["protocol": proto, "start": .number(ends.first), "end": .number(ends.last)])
        ])
    }

    private func ends(_ dice: inout Dice) -> (first: UInt16, last: UInt16) {
        let ports = [dice.pick(Words.ports), dice.pick(Words.ports)]
        return (ports.min() ?? 1, ports.max() ?? 1)
    }
}

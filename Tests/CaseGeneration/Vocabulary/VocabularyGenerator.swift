import NetTypes

/// Makes up a cluster: 1 to 3 nodes, 3 to 12 pods in 2 to 4 namespaces, and what belongs to them.
struct VocabularyGenerator {
    private var vocabulary: Vocabulary
    private var takenV4: Set<UInt32> = []
    private var takenV6: Set<UInt32> = []

    static func vocabulary(_ dice: inout Dice) -> Vocabulary {
        var generator = VocabularyGenerator(vocabulary: Vocabulary(&dice))
        generator.addNamespaces(&dice)
        generator.addNodes(&dice)
        generator.vocabulary.profiles = dice.some(["open", "closed", "custom", "missing"], 1...3)
        let count = dice.number(3...12)
        for index in 0..<count { generator.addPod(index, &dice) }
        generator.vocabulary.services = generator.services(&dice)
        generator.vocabulary.tiers = generator.tiers(&dice)
        generator.vocabulary.blocks = BlockGenerator.blocks(around: generator.vocabulary, &dice)
        return generator.vocabulary
    }

    static func labels(_ dice: inout Dice, keys: [String] = Words.labelKeys) -> [Label] {
        dice.some(keys, 0...3).map { ($0, dice.pick(Words.labelValues)) }
    }

    // MARK: Namespaces, accounts, nodes

    private mutating func addNamespaces(_ dice: inout Dice) {
        for name in dice.some(Words.namespaces, 2...4) {
            vocabulary.namespaces.append(
                Vocabulary.Namespace(
                    name: name, labels: Self.labels(&dice, keys: Words.labelKeys + ["kubernetes.io/metadata.name"]),
                    hasObject: dice.chance(85)))
            for account in dice.some(Words.accounts, 0...2) {
                vocabulary.accounts.append(
                    Vocabulary.Account(namespace: name, name: account, labels: Self.labels(&dice)))
            }
        }
    }

    private mutating func addNodes(_ dice: inout Dice) {
        for (index, name) in Words.nodes.prefix(dice.number(1...3)).enumerated() {
            let number = UInt32(index)
            var addresses = [IPAddress(v4: 0xc0a8_000a + number)]
            if dice.chance(80) { addresses.append(IPAddress(v6: 0x2001_0db8_0001 << 80 | UInt128(10 + number))) }
            if dice.chance(20) { addresses.append(IPAddress(v4: 0x0a00_0210 + number)) }
            vocabulary.nodes.append(Vocabulary.Node(name: name, addresses: addresses))
        }
    }

    // MARK: Pods

    private mutating func addPod(_ index: Int, _ dice: inout Dice) {
        let namespace = dice.pick(vocabulary.namespaces).name
        let accounts = vocabulary.accounts.filter { $0.namespace == namespace }.map(\.name)
        let kind: Vocabulary.Pod.Kind = dice.weighted([
            (74, .running), (6, .finished), (5, .hostNetwork), (15, .workloadEndpoint),
        ])
        let node = dice.pick(vocabulary.nodes)
        let reserved = ["pcns.env", "pcsa.team", "projectcalico.org/namespace", "projectcalico.org/orchestrator"]
        let labels = Self.labels(&dice) + (dice.chance(8) ? [(dice.pick(reserved), "prod")] : [])
        let profiles = dice.some(
            vocabulary.profiles + ["kns.\(namespace)", "ksa.\(namespace).web", "projectcalico-default-allow"], 0...3)
        vocabulary.pods.append(
            Vocabulary.Pod(
                kind: kind, namespace: namespace, name: "p\(index)", node: node.name,
                account: dice.chance(75) ? dice.pickIfAny(accounts) : dice.maybe(40) { $0.pick(Words.accounts) },
                labels: labels,
                addresses: kind == .hostNetwork ? node.addresses : addresses(of: kind, &dice),
                containers: dice.list(1...3, Self.ports), profiles: profiles))
    }

    /// A finished pod's address may be another one's by now.
    private mutating func addresses(of kind: Vocabulary.Pod.Kind, _ dice: inout Dice) -> [IPAddress] {
        if kind == .finished, let other = vocabulary.pods.last, dice.chance(60) { return other.addresses }
        var addresses: [IPAddress] = []
        let families = dice.number(0...9)
        if families < 8 { addresses.append(IPAddress(v4: 0x0a00_0000 + Self.free(&takenV4, &dice))) }
        if families > 2 { addresses.append(IPAddress(v6: 0xfd00 << 112 | UInt128(Self.free(&takenV6, &dice)))) }
        return addresses
    }

    /// An unused number, often at the edge of a block.
    private static func free(_ taken: inout Set<UInt32>, _ dice: inout Dice) -> UInt32 {
        while true {
            let low = dice.pick([0, 1, 3, 4, 5, 6, 7, 127, 128, 254, 255, dice.number(0...255)])
            let number = UInt32(dice.number(0...1) * 256 + low)
            if number > 0, taken.insert(number).inserted { return number }
        }
    }

    /// The ports of one container: a name once, but of any number, and in another container another one.
    private static func ports(_ dice: inout Dice) -> [NamedPort] {
        dice.some(Words.portNames, 0...2).map { name in
            NamedPort(name: name, proto: dice.pick([.tcp, .tcp, .udp, .sctp]), port: dice.pick(Words.ports))
        }
    }

    // MARK: Services and tiers

    private func services(_ dice: inout Dice) -> [Vocabulary.Service] {
        dice.some(["web", "db", "dns"], 1...3).map { name in
            Vocabulary.Service(
                namespace: dice.pick(vocabulary.namespaces).name, name: name, hasSlices: dice.chance(85))
        }
    }

    private func tiers(_ dice: inout Dice) -> [Vocabulary.Tier] {
        [Vocabulary.Tier(name: "default", hasObject: false)]
            + dice.some(["security", "app", "zeta", "kube-admin", "kube-baseline"], 0...3).map { name in
                Vocabulary.Tier(name: name, hasObject: !name.hasPrefix("kube-") && dice.chance(85))
            }
    }
}

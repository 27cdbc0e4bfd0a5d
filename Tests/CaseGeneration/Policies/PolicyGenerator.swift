/// Makes up whole clusters with policies of every kind that is evaluated, as manifests that validation accepts.
///
/// The same seed gives the same manifests.
public enum PolicyGenerator {
    public static func policySet(seed: UInt64) -> PolicySet {
        var dice = Dice(seed: seed)
        let vocabulary = VocabularyGenerator.vocabulary(&dice)
        let generator = CalicoPolicyGenerator(vocabulary: vocabulary)
        var documents = vocabulary.documents(&dice) + vocabulary.serviceDocuments(&dice)
        documents += vocabulary.tiers.filter(\.hasObject).map { generator.tier($0.name, &dice) }
        documents += vocabulary.profiles.filter { $0 != "missing" }.map { generator.profile($0, &dice) }
        documents += dice.some(["inside", "outside", "blocked"], 0...3).map { name in
            generator.networkSet(
                name, isGlobal: dice.chance(50), namespace: dice.pick(vocabulary.namespaces).name, &dice)
        }
        documents += HostEndpointGenerator.documents(vocabulary, &dice)
        documents += SettingsGenerator.documents(vocabulary, &dice)
        documents += policies(vocabulary, generator, &dice)
        return PolicySet(documents: dice.shuffled(documents))
    }

    /// Names repeat over namespaces and kinds and share their beginnings, so that every part of a name decides ties
    /// (T13).
    private static func policies(
        _ vocabulary: Vocabulary, _ calico: CalicoPolicyGenerator, _ dice: inout Dice
    ) -> [ManifestValue] {
        let kubernetes = KubernetesPolicyGenerator(vocabulary)
        let cluster = ClusterPolicyGenerator(vocabulary)
        var identities: Set<String> = []
        return dice.list(2...14) { dice -> ManifestValue in
            let name = dice.pick(Words.policyNames)
            let namespace = dice.pick(vocabulary.namespaces).name
            return switch dice.number(0...12) {
            case 0...3: calico.policy(name, isGlobal: true, namespace: namespace, &dice)
            case 4...6: calico.policy(name, isGlobal: false, namespace: namespace, &dice)
            case 7...9: kubernetes.policy(name, namespace: namespace, &dice)
            default: cluster.policy(name, &dice)
            }
        }
        .filter { identities.insert($0.identity).inserted }
    }
}

import ManifestReading

extension KindDefinition {
    static let tier = KindDefinition(
        APIGroup.calico, ["v3"], "Tier", isNamespaced: false, nameRule: .label, hasStorageForm: true,
        consequence: "the tier is refused: its policies come after those of all other tiers, and end in deny",
        schema: .resource([
            .used("spec", ObjectSchema([.used("order"), .used("defaultAction")]), refusesUnknown: true)
        ])
    ) { root, meta in Tier.decode(root["spec"], meta).map { .tier($0) } }
}

extension Tier {
    /// What Calico's own tiers must be (calico.md 1.2).
    private static let builtIn: [String: (order: Double, action: DefaultAction)] = [
        "kube-admin": (1_000, .pass), "default": (1_000_000, .deny), "kube-baseline": (10_000_000, .pass),
    ]

    /// Names of the tiers that exist without an object.
    static var builtInNames: some Sequence<String> { builtIn.keys }

    /// The order of a tier that names none.
    private static let missingOrder: Double = 1_000_000

    fileprivate static func decode(_ field: Field, _ meta: ObjectMeta) -> Tier? {
        guard let spec = field.object(ifAbsent: .empty) else { return nil }
        let order = spec["order"].number()
        let action = spec["defaultAction"].choice([DefaultAction.deny, .pass])
        if let required = builtIn[meta.name] {
            if order ?? missingOrder != required.order {
                spec["order"].error(.builtInTier(meta.name, field: "order", value: "\(Int(required.order))"))
            }
            if spec["defaultAction"].isPresent ? action != required.action : required.action != .deny {
                spec["defaultAction"].error(
                    .builtInTier(meta.name, field: "defaultAction", value: required.action.rawValue))
            }
        }
        return Tier(meta: meta, order: order, defaultAction: action ?? .deny)
    }
}

/// `policyTypes` of a Kubernetes policy, `types` of a Calico one.
struct PolicyDirections {
    private enum Name: String, CaseIterable {
        case ingress = "Ingress"
        case egress = "Egress"
    }

    var ingress: Bool
    var egress: Bool

    /// `nil` when the list is absent or empty: the API's defaults apply.
    static func decode(_ field: Field, duplicatesAllowed: Bool) -> PolicyDirections? {
        let items = field.items()
        guard !items.isEmpty else { return nil }
        if items.count > 2 {
            field.error(.tooMany(items.count, limit: 2))
            return nil
        }
        var seen: [Name: Field] = [:]
        for item in items {
            guard let name = item.requiredChoice(Name.allCases) else { continue }
            if let first = seen[name], !duplicatesAllowed {
                item.error(.duplicateValue(name.rawValue), notes: [first.note("first written here")])
            }
            seen[name] = item
        }
        return PolicyDirections(ingress: seen[.ingress] != nil, egress: seen[.egress] != nil)
    }
}

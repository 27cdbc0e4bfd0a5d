import ManifestReading
import NetTypes

/// `destination.domains` of the commercial edition.
extension CalicoEntityDecoder {
    private static let domainLimit = 256

    /// The names of `domains`, and a check that no other field of the entity picks addresses beside them: what both
    /// together would mean is nowhere defined.
    static func domains(_ object: ObjectDecoder) -> [Located<DomainPattern>] {
        let list = object["domains"]
        let patterns = list.distinctStrings(atMost: domainLimit).compactMap { entry -> Located<DomainPattern>? in
            guard let pattern = DomainPattern(entry.text) else {
                let problem = DomainPattern.problem(with: entry.text) ?? "is no domain name"
                entry.field.error(.invalidValue(entry.text, "a domain name that \(problem)"))
                return nil
            }
            return Located(pattern, at: entry.field.location)
        }
        guard isSet(list) else { return patterns }
        let names = [
            "selector", "notSelector", "namespaceSelector", "serviceAccounts", "services", "nets", "notNets",
        ]
        let companions = names.filter { isSet(object[$0]) }
        if !companions.isEmpty {
            list.error(
                .forbidden("cannot specify \(companions.joined(separator: ", ")) and domains on the same rule"),
                notes: companions.map { object[$0].note("stands beside domains") })
        }
        return patterns
    }
}

extension CalicoRuleDecoder {
    /// Names are for what a pod may reach: destinations of egress rules that allow.
    func checkDomains(source: CalicoEntityDecoder, destination: CalicoEntityDecoder, _ action: CalicoAction?) {
        if CalicoEntityDecoder.isSet(source.domains) {
            source.domains.error(.forbidden("domains are only for the destination of egress rules"))
        }
        guard CalicoEntityDecoder.isSet(destination.domains) else { return }
        if direction == .ingress {
            destination.domains.error(.forbidden("domains are not allowed in ingress rules"))
        } else if container == .profile {
            destination.domains.error(.forbidden("domains are not allowed in profiles"))
        } else if let action, action != .allow {
            destination.domains.error(
                .forbidden("domains are only for rules with action Allow, not \(action.rawValue)"))
        }
    }
}

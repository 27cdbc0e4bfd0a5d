/// Other ways to say the same in rules.
extension PolicySet {
    /// Protocols by number, single ports as ranges, selectors twice negated.
    public func withOtherSpellings() -> PolicySet {
        PolicySet(documents: documents.map { $0.replacingCalicoRules { [$0.withOtherSpelling] }.withOtherSubject })
    }

    /// One rule per net and port of a rule that lists several (not too many: a policy has room for 1024 rules).
    public func withSplitLists() -> PolicySet {
        PolicySet(
            documents: documents.map { document in
                document.replacingCalicoRules { rule in
                    ["source", "destination"].reduce([rule]) { rules, end in
                        ["nets", "ports"].reduce(rules) { rules, list in rules.flatMap { $0.split(end, list) } }
                    }
                }
            })
    }

    /// A Log rule before every rule, and every rule's own log (T41).
    public func withLogRules() -> PolicySet {
        PolicySet(
            documents: documents.map { document in
                document.replacingCalicoRules { rule in
                    // What a Log rule may not have.
                    let log = rule.replacing("http") { _ in nil }.setting("action", .text("Log"))
                    return [.object(["action": .text("Log")]), log, rule]
                }
            })
    }
}

extension ManifestValue {
    private static let numbers = ["TCP": "6", "UDP": "17", "SCTP": "132", "UDPLite": "136"]

    /// The names ICMP and ICMPv6 stay: they imply an IP version, which their numbers don't (T43).
    fileprivate var withOtherSpelling: ManifestValue {
        var rule = self
        for key in ["protocol", "notProtocol"] {
            rule = rule.replacing(key) { name in
                name.string.flatMap { Self.numbers[$0] }.map { .plain($0) } ?? name
            }
        }
        for end in ["source", "destination"] {
            rule = rule.replacing(end) { entity in
                var entity = entity
                for key in ["selector", "notSelector", "namespaceSelector"] {
                    entity = entity.replacing(key, \.negatedTwice)
                }
                for key in ["ports", "notPorts"] {
                    entity = entity.replacing(key) { .list($0.elements.map(\.asRange)) }
                }
                return entity.replacing("serviceAccounts") { $0.replacing("selector", \.negatedTwice) }
            }
        }
        return rule
    }

    /// The policy's own selectors in another spelling.
    fileprivate var withOtherSubject: ManifestValue {
        guard self["apiVersion"] == .text("projectcalico.org/v3") else { return self }
        return replacing("spec") { spec in
            ["selector", "namespaceSelector", "serviceAccountSelector"].reduce(spec) {
                $0.replacing($1, \.negatedTwice)
            }
        }
    }

    /// `global()` must stand alone in a namespaceSelector.
    private var negatedTwice: ManifestValue? {
        guard let text = string, !text.contains("global(") else { return self }
        return .text("!!( \(text) )")
    }

    private var asRange: ManifestValue {
        guard case .plain(let number) = self else { return self }
        return .text("\(number):\(number)")
    }

    /// One rule per entry of a list of one end.
    fileprivate func split(_ end: String, _ list: String) -> [ManifestValue] {
        let entries = self[end]?[list]?.elements ?? []
        guard (2...4).contains(entries.count) else { return [self] }
        return entries.map { entry in replacing(end) { $0.setting(list, .list([entry])) } }
    }
}

import Diagnostics
import NetTypes
import Resources
import Selectors

/// Calico rules → resolved rules: selector texts, prefixes and implied namespaces of calico.md 3.2 and 3.3.
struct RuleScoping {
    /// Of the NetworkPolicy; `nil` for GlobalNetworkPolicy and Profile.
    var namespace: String?

    func resolve(_ rule: CalicoRule, index: Int) -> PolicyRule {
        var resolved = PolicyRule(action: rule.action, manifestIndex: index, location: rule.location)
        resolved.ipVersion = rule.ipVersion ?? rule.protocolImpliesFamily
        resolved.proto = rule.proto?.value
        resolved.notProto = rule.notProto?.value
        resolved.icmp = condition(rule.icmp)
        resolved.notICMP = condition(rule.notICMP)
        resolved.source = resolve(rule.source)
        resolved.destination = resolve(rule.destination)
        return resolved
    }

    /// Without a type there is no condition (calico.md 3.1).
    private func condition(_ icmp: CalicoICMP?) -> (type: UInt8, code: UInt8?)? {
        icmp.flatMap { icmp in icmp.type.map { ($0, icmp.code) } }
    }

    private func resolve(_ entity: CalicoEntityRule) -> EntityMatch {
        var match = EntityMatch()
        match.nets = entity.nets.map(\.value)
        match.notNets = entity.notNets.map(\.value)
        for port in entity.ports {
            switch port.value {
            case .range(let range): match.ports.append(range)
            case .name(let name): match.namedPorts.append(name)
            }
        }
        for port in entity.notPorts {
            switch port.value {
            case .range(let range): match.notPorts.append(range)
            case .name(let name): match.notNamedPorts.append(name)
            }
        }
        match.service = entity.services.map {
            ServiceKey(namespace: $0.value.namespace ?? namespace ?? "", name: $0.value.name)
        }
        if namespace != nil, let services = entity.services, services.value.namespace == nil {
            match.impliedServiceNamespace = services.location
        }
        match.domains = entity.domains.map(\.value)
        let positive = positiveDraft(entity)
        let negative = entity.notSelector.map { SelectorDraft($0.value) }
        switch (positive, negative) {
        case (let positive?, let negative?):
            match.selector = SelectorTexts.selector(positive.andNot(negative)) {
                "(\(positiveText(entity) ?? "")) && (!(\(negativeText(entity))))"
            }
        case (let positive?, nil):
            match.selector = SelectorTexts.selector(positive) { positiveText(entity) ?? "" }
        case (nil, let negative?): match.notSelector = SelectorTexts.selector(negative) { negativeText(entity) }
        case (nil, nil): break
        }
        if match.selector != nil {
            let namespaces = entity.namespaceSelector?.value
            match.namespacePart = namespaceDraft(namespaces).map { draft in
                SelectorTexts.selector(draft) { namespaceText(namespaces) ?? "" }
            }
        }
        return match
    }

    // MARK: As drafts

    private func positiveDraft(_ entity: CalicoEntityRule) -> SelectorDraft? {
        let selected = SelectorTexts.and([
            accountDraft(entity.serviceAccounts?.value), entity.selector.map { SelectorDraft($0.value) },
        ])
        let isScoped = selected != nil || entity.notSelector != nil || entity.namespaceSelector != nil
        guard isScoped, let scope = namespaceDraft(entity.namespaceSelector?.value) else { return selected }
        return SelectorTexts.and([scope, selected])
    }

    private func namespaceDraft(_ selector: Selector?) -> SelectorDraft? {
        if let selector {
            return SelectorDraft(selector).prefixed("pcns.").replacingAll(byPresenceOf: WellKnownLabels.namespace)
                .replacingGlobal(byAbsenceOf: WellKnownLabels.namespace)
        }
        return namespace.map { .equals(WellKnownLabels.namespace, $0) }
    }

    private func accountDraft(_ accounts: CalicoEntityRule.ServiceAccounts?) -> SelectorDraft? {
        guard let accounts else { return nil }
        return SelectorTexts.and([
            accounts.selector.map { SelectorDraft($0.value).prefixed("pcsa.") },
            accounts.names.isEmpty ? nil : .isIn(WellKnownLabels.serviceAccount, accounts.names),
        ])
    }

    // MARK: As texts

    private func negativeText(_ entity: CalicoEntityRule) -> String {
        entity.notSelector?.value.canonicalText ?? ""
    }

    /// The positive selector text of one side; `nil` when nothing restricts the address to known objects.
    private func positiveText(_ entity: CalicoEntityRule) -> String? {
        let sel = SelectorTexts.and([
            accountText(entity.serviceAccounts?.value), entity.selector?.value.canonicalText,
        ])
        let isScoped = sel != nil || entity.notSelector != nil || entity.namespaceSelector != nil
        guard isScoped, let scope = namespaceText(entity.namespaceSelector?.value) else { return sel }
        return SelectorTexts.and([scope, sel])
    }

    private func namespaceText(_ selector: Selector?) -> String? {
        if let selector {
            return SelectorTexts.namespaced(selector)
                .replacing("global()", with: "!has(\(WellKnownLabels.namespace))")
        }
        return namespace.map { "\(WellKnownLabels.namespace) == '\($0)'" }
    }

    private func accountText(_ accounts: CalicoEntityRule.ServiceAccounts?) -> String? {
        guard let accounts else { return nil }
        var parts: [String] = []
        if let selector = accounts.selector { parts.append(selector.value.prefixed("pcsa.").canonicalText) }
        if !accounts.names.isEmpty {
            let names = accounts.names.map(SelectorTexts.literal).joined(separator: ", ")
            parts.append("\(WellKnownLabels.serviceAccount) in { \(names) }")
        }
        return SelectorTexts.and(parts)
    }
}

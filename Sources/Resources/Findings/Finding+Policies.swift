import NetTypes

/// Wordings for policies, Kubernetes' and Calico's.
extension Finding {
    // MARK: Kubernetes

    static let emptyPeer = Finding(
        "empty-peer", "Required value: must specify a peer",
        hint: "leave out the whole list for any peer; podSelector: {} is every pod of the policy's namespace")

    static let mixedPeer = Finding(
        "mixed-peer", "Forbidden: may not specify both ipBlock and another peer",
        hint: "make two list items of it: either one then suffices")

    static func kubernetesProtocol(_ text: String) -> Finding {
        let hint: String? =
            text.uppercased().hasPrefix("ICMP")
            ? "only a rule without ports lets ICMP pass here; Calico's NetworkPolicy has protocol: ICMP" : nil
        return unsupportedValue(text, allowed: ["TCP", "UDP", "SCTP"], hint: hint)
    }

    static func stagedPortProtocol(_ text: String) -> Finding {
        Finding("staged-protocol", "\(text) has no ports; Calico takes it in a staged policy, Kubernetes would not")
    }

    static let selectorNeedsValues = Finding(
        "required-value", "Required value: must be specified when `operator` is 'In' or 'NotIn'")

    static let selectorForbidsValues = Finding(
        "forbidden", "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'")

    static func unknownSelectorOperator(_ text: String) -> Finding {
        let names = ["In", "NotIn", "Exists", "DoesNotExist"]
        let nearest = NearestName.of(text, among: names).map { "did you mean \($0)?" }
        return invalidValue(
            text, "not a valid selector operator", hint: nearest ?? "one of In, NotIn, Exists, DoesNotExist")
    }

    static let missingSelector = Finding(
        "missing-selector", "is missing and read as {}, which selects all; the API requires it")

    static func emptyPolicySpec(subject: String) -> Finding {
        Finding("empty-policy", "the policy has no spec: it selects \(subject) and closes all their ingress")
    }

    static func inertRules(_ direction: String, list: String) -> Finding {
        Finding(
            "inert-rules",
            "these rules do nothing: \(list) does not list \(direction), which stays as it is without them",
            hint: "add \(direction) to \(list)")
    }

    static let adminNamedPort = Finding(
        "admin-named-port",
        "is the container port of this name with its own protocol, as the API says; Calico 3.29 to 3.31 took such a "
            + "rule for every protocol and port, later releases read ClusterNetworkPolicy only")

    // MARK: Calico policies

    static func selectorSyntax(_ text: String, message: String, column: Int) -> Finding {
        Finding("selector-syntax", "invalid selector \(quoted(text)): column \(column): \(message)")
    }

    static func globalSelectorForbidden(_ text: String) -> Finding {
        invalidValue(text, "global() can only be used in an EntityRule namespaceSelector")
    }

    static func globalSelectorCombined(_ text: String) -> Finding {
        invalidValue(text, "global() cannot be combined with other selectors")
    }

    static func preDNATForbids(_ what: String) -> Finding { forbidden("preDNAT policy cannot have \(what)") }

    static let needsApplyOnForward = Finding(
        "required-value", "Required value: applyOnForward must be true if either preDNAT or doNotTrack is true")

    static let preDNATAndUntracked = Finding("forbidden", "Forbidden: preDNAT and doNotTrack cannot both be true")

    static let deleteNeedsEmptySpec = Finding(
        "forbidden", "Forbidden: spec fields, except tier, must all be absent if stagedAction is Delete")

    // MARK: Calico rules

    static func calicoProtocol(_ printed: String) -> Finding {
        let names = IPProtocol.calicoNames.map(\.name)
        let nearest = NearestName.of(printed.filter { $0 != "\"" }, among: names).map { "did you mean \($0)?" }
        return invalidValue(
            printed: printed, "must be one of \(names.joined(separator: ", ")), or a number from 1 to 255",
            hint: nearest)
    }

    static func protocolNumber(_ number: Int) -> Finding { notBetween(number, 1...255) }

    static func ipVersion(_ number: Int) -> Finding { invalidValue(printed: "\(number)", "must be 4 or 6") }

    static let icmpCodeWithoutType = Finding("icmp-type", "Forbidden: ICMP code specified without an ICMP type")

    static let icmpNeedsProtocol = Finding(
        "icmp-protocol", "Forbidden: ICMP fields require protocol to be ICMP or ICMPv6",
        hint: "add protocol: ICMP (or ICMPv6) to the rule")

    static func icmpFamily(_ proto: String, needs family: IPFamily) -> Finding {
        Finding(
            "ip-version",
            "Invalid value: protocol \(proto.filter { $0 != "\"" }) requires ipVersion \(family.rawValue)")
    }

    static let portsNeedPortProtocol = Finding(
        "ports-protocol", "Forbidden: rules that specify ports must set protocol to TCP or UDP or SCTP")

    static let numericPortsNeedProtocol = Finding(
        "ports-protocol",
        "Forbidden: rules with numeric port or port range must set protocol to TCP or UDP or SCTP",
        hint: "add protocol: TCP to the rule")

    static func calicoPortText(_ text: String) -> Finding {
        invalidValue(text, "must be a port 1-65535, a range first:last, or the name of a port")
    }

    static func reversedPortRange(first: UInt16, last: UInt16) -> Finding {
        invalidValue(
            "\(first):\(last)", "the first port of a range must not exceed the last", hint: "write \(last):\(first)")
    }

    static func ruleNet(_ text: String) -> Finding {
        notABlock(
            text, hint: IPAddress(text).map { "write \($0)/\($0.family.bitWidth) for this one address" })
    }

    static func ruleNetHostBits(_ text: String, masked: String) -> Finding {
        invalidValue(text, "must have no bits set behind its prefix length", hint: "write \(masked)")
    }

    static func catchAllNegated(_ text: String) -> Finding {
        invalidValue(text, "catch-all CIDR in negation creates logical contradiction (matches no traffic)")
    }

    static func netFamily(_ net: IPPrefix, version: IPFamily) -> Finding {
        invalidValue("\(net)", "rule IP version \(version.rawValue) doesn't match CIDR version")
    }

    static let mixedFamilies = Finding(
        "mixed-families", "Forbidden: rule contains both IPv4 and IPv6 CIDRs", hint: "make one rule per IP version")
}

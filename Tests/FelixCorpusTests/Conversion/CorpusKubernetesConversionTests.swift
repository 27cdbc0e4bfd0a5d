import Diagnostics
import NetTypes
import Testing

@testable import PolicyIR
@testable import Resources

/// Kubernetes objects → Calico's: `k8s_conversion` of the Felix corpus, asked of our model under Calico's names.
struct CorpusKubernetesConversionTests {
    @Test(.enabled(if: FelixCorpus.file("k8s_conversion") != nil, FelixCorpus.absence))
    func conversions() throws {
        var report = CaseReport("k8s_conversion")
        var asked = 0
        var leftOut: [String: Int] = [:]
        for (id, value) in try FelixCorpus.cases("k8s_conversion", format: "k8s-conversion/1") {
            report.check(id) {
                switch value["kind"] {
                case .string("convert")?:
                    let conversion = try ConversionCase(id, value)
                    let object = try Self.convert(conversion)
                    return try conversion.expectations.compactMap { expectation in
                        if let reason = object.reasonToLeaveOut(expectation.path) {
                            leftOut["\(expectation.path): \(reason)", default: 0] += 1
                            return nil
                        }
                        asked += 1
                        return try object.difference(expectation)
                    }
                case .string("label-selector")?: return try Self.labelSelector(id, value)
                case .string("port-merge")?: return try Self.mergedPorts(id, value)
                default: throw CorpusFault("a case of no known kind")
                }
            }
        }
        report.note("\(asked) expectations asked")
        for (text, count) in leftOut.sorted(by: { $0.key < $1.key }) {
            report.note("left out \(count) times, not in our model: \(text)")
        }
        report.finish()
    }

    private static func convert(_ conversion: ConversionCase) throws -> ConvertedObject {
        switch conversion.function {
        case .networkPolicy: try ConvertedObject(networkPolicy: conversion.input)
        case .peer: try ConvertedObject(peer: conversion.input)
        case .pod: try ConvertedObject(pod: conversion.input)
        case .namespace: try ConvertedObject(namespace: conversion.input)
        case .serviceAccount: try ConvertedObject(serviceAccount: conversion.input)
        case .namespaceOfProfile: try ConvertedObject(namespaceOfProfile: conversion.input, isAccount: false)
        case .serviceAccountOfProfile: try ConvertedObject(namespaceOfProfile: conversion.input, isAccount: true)
        }
    }

    private static func labelSelector(_ id: String, _ value: JSONValue) throws -> [String] {
        let object = try CaseObject(value, at: id, known: ["kind", "case", "origin", "selector", "of", "expect"])
        let spec: [String: JSONValue] = ["spec": .fields(["podSelector": object["selector"]])]
        guard
            case .kubernetesPolicy(let policy)? =
                try DecodedInput(.object(spec), as: .kubernetesNetworkPolicy).object
        else { throw CorpusFault("no selector") }
        let found =
            switch try object.requiredString("of") {
            case "pod": LabelSelectorTexts.pods(policy.podSelector)
            case "namespace": LabelSelectorTexts.calicoNamespaces(policy.podSelector)
            default: throw object.mistyped("of", "pod or namespace")
            }
        let expected = try object.requiredString("expect")
        return found == expected ? [] : ["\(found), not \(expected)"]
    }

    /// The ports of a rule, merged on the way to the resolved policy; their order means nothing.
    private static func mergedPorts(_ id: String, _ value: JSONValue) throws -> [String] {
        let object = try CaseObject(value, at: id, known: ["kind", "case", "origin", "ports", "expect"])
        let ports = try object.requiredString("ports").split(separator: ",").map { text in
            Located(KubernetesPolicy.Port(proto: .tcp, port: try port(text)), at: .builtIn)
        }
        let rule = KubernetesPolicy.Rule(peers: [], ports: ports, location: .builtIn)
        let policy = KubernetesPolicy(
            meta: ObjectMeta(name: "policy", namespace: "default", location: .builtIn), podSelector: LabelSelector(),
            governsIngress: true, governsEgress: false, ingress: [rule], egress: [])
        let resolved = KubernetesPolicyConversion.resolve(policy).ingress
        guard resolved.count == 1 else { return ["\(resolved.count) rules"] }
        let found = ConvertedObject.ports(resolved[0].destination).map { port in
            if case .string(let text) = port { text } else { port.text }
        }
        let expected = try object.requiredString("expect").split(separator: ",").map(String.init)
        return found.sorted() == expected.sorted() ? [] : ["\(found), not \(expected)"]
    }

    /// `first:last`, a number or a name.
    private static func port(_ text: Substring) throws(CorpusFault) -> CalicoPort {
        let ends = text.split(separator: ":").map { UInt16($0) }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let number?, _): return .range(PortRange(number))
        case (1, nil, _): return .name(String(text))
        case (2, let first?, let last?) where first <= last: return .range(PortRange(first, last))
        default: throw CorpusFault("\(text) is no port")
        }
    }
}

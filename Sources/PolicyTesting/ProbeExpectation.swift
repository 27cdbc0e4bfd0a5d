import Classification
import Explain
import NetTypes
import NetworkTopology
import PolicyIR
import Workspace

extension ExpectFile.Probe {
    /// The probe as a question; fails when an end is not in the inputs.
    func query(_ inputs: LoadedInputs) -> Result<ConnectionQuery, QueryError> {
        let ends = [src, dst].map {
            QueryEnd.parse(
                $0, namespace: "default", topology: inputs.tree.topology, services: inputs.tree.services)
        }
        return ends[0].flatMap { source in
            ends[1].flatMap { destination in
                protocolNumber.map { proto in
                    ConnectionQuery(
                        source: source, destination: destination, proto: proto, port: port,
                        sourcePort: srcPort ?? 40_000, icmp: icmpType.map { ICMPMatch(type: $0, code: icmpCode ?? 0) },
                        family: proto == .icmpv6 ? .v6 : nil)
                }
            }
        }
    }

    private var protocolNumber: Result<IPProtocol, QueryError> {
        switch `protocol` {
        case .number(let number): return .success(IPProtocol(number))
        case .name(let name):
            guard let proto = IPProtocol(calicoName: name) else {
                return .failure(QueryError(message: "unknown protocol \(name)"))
            }
            return .success(proto)
        }
    }

    private var protocolText: String {
        switch `protocol` {
        case .number(let number): IPProtocol(number).description
        case .name(let name): name
        }
    }

    private var headline: String {
        let ports = port.map { " \($0)" } ?? icmpType.map { " type \($0) code \(icmpCode ?? 0)" } ?? ""
        return "\(src) -> \(dst) \(protocolText)\(ports)"
    }

    /// What is wrong with an engine's answer; `nil` when it is as expected.
    func difference(from answer: Result<ConnectionAnswer, QueryError>, _ inputs: LoadedInputs) -> String? {
        let wanted = allowed ? "allow" : "deny"
        switch answer {
        case .failure(let error):
            return "\(headline): expected \(wanted), but the question cannot be asked: \(error.message)"
        case .success(let answer):
            guard let verdict = answer.verdict else { return "\(headline): expected \(wanted), backends differ" }
            guard (verdict == .accept) == allowed else { return "\(headline): expected \(wanted), got \(verdict.word)" }
            guard let reason, let found = answer.reason(inputs.tree) else { return nil }
            return reason.difference(from: found, answer, inputs).map { "\(headline): \(verdict.word), but \($0)" }
        }
    }
}

extension ExpectFile.ExpectedReason {
    func difference(from found: Reason, _ answer: ConnectionAnswer, _ inputs: LoadedInputs) -> String? {
        guard code == found.code.rawValue else { return "expected reason \(code), got \(found.code.rawValue)" }
        guard found.code != .samePod else { return nil }
        if let direction, direction != found.direction?.word {
            return "expected \(direction) to decide, got \(found.direction?.word ?? "neither end")"
        }
        if let endpoint, name(of: endpoint, inputs) != found.endpoint {
            return "expected \(endpoint) to decide, got \(found.endpoint ?? "no endpoint")"
        }
        let policies = found.policies.map(\.description)
        if let policy, [policy] != policies { return "expected policy \(policy), got \(policies)" }
        if let rule, rule != found.ruleIndex { return "expected rule \(rule), got \(found.ruleIndex ?? -1)" }
        if let isolatedBy, isolatedBy.sorted() != policies.sorted() {
            return "expected isolation by \(isolatedBy), got \(policies)"
        }
        if let action = defaultEndpointToHostAction, action != found.endpointToHostAction?.rawValue {
            return "expected \(action), got \(found.endpointToHostAction?.rawValue ?? "another reason")"
        }
        return nearestMiss.flatMap { $0.difference(answer, inputs) }
    }
}

extension ExpectFile.ExpectedReason {
    /// `rc/ns/name` and the like stand for a pod.
    private func name(of endpoint: String, _ inputs: LoadedInputs) -> String? {
        let topology = inputs.tree.topology
        let end = QueryEnd.parse(endpoint, namespace: "default", topology: topology, services: inputs.tree.services)
        guard case .success(.endpoint(let index)) = end else { return endpoint }
        return topology.endpoints[index.value].name
    }
}

extension ExpectFile.ExpectedMiss {
    func difference(_ answer: ConnectionAnswer, _ inputs: LoadedInputs) -> String? {
        guard case .judged(let packets) = answer, let packet = packets.first, let visit = packet.decidingVisit else {
            return "expected a nearest miss"
        }
        let walk = ReferenceEvaluator(inputs.cluster).judge(visit, packet.packet.key, state: .new).walk
        guard let miss = NearestMiss(in: walk) else { return "expected a nearest miss" }
        guard case .policy(let name, _) = miss.owner, name.description == policy, miss.index == rule else {
            return "expected nearest miss \(policy) rule \(rule), got \(miss.text(inputs.sources))"
        }
        let words = Set(miss.mismatches.map(\.condition).map(word))
        return words.contains(mismatch) ? nil : "expected nearest miss by \(mismatch), got \(words.sorted())"
    }

    private func word(_ condition: RuleCondition) -> String {
        switch condition {
        case .proto, .destinationPorts, .sourcePorts, .destinationNotPorts, .sourceNotPorts: "port"
        case .sourceSelector, .destinationSelector: "pod label"
        case .sourceNamespace, .destinationNamespace:
            // A peer without namespaceSelector means the policy's own namespace.
            mismatch == "namespace" ? "namespace" : "namespace label"
        default: condition.rawValue
        }
    }
}

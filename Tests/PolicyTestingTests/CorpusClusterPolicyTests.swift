import Classification
import Foundation
import NetTypes
import NetworkTopology
import Resources
import TestSupport
import Testing
import Workspace

@testable import PolicyTesting

/// Clusters with ClusterNetworkPolicies on a node that a real Felix programmed (corpora/truth): verdicts, and what
/// decided, of packets that open a connection.
@Suite(.enabled(if: Corpora.policies != nil, "needs corpora/truth ($DATAPLANE_CORPORA)"))
struct CorpusClusterPolicyTests {
    /// A probe and the question that it is.
    private struct Question {
        var probe: TruthProbe
        var request: EngineRequest
    }

    @Test func measuredVerdicts() throws {
        var (cases, asked, withHostEndpoints) = (0, 0, 0)
        var differences: [String] = []
        for truth in try TruthCase.all(every: 4) {
            let inputs = LoadedInputs.load([truth.manifests.path], recursive: true, whatIf: false)
            guard !inputs.snapshot.clusterPolicies.isEmpty else { continue }
            // Packets through host endpoints meet policy in more stages than a visit's.
            guard inputs.snapshot.hostEndpoints.isEmpty else {
                withHostEndpoints += 1
                continue
            }
            let questions = try Self.questions(truth, inputs.tree.topology)
            for name in [EngineName.reference, .matcher, .nft] {
                var engine = try name.make(inputs)
                for (question, answer) in zip(questions, try engine.judge(questions.map(\.request))) {
                    guard let difference = Self.difference(question.probe, answer) else { continue }
                    differences.append("\(truth.name) \(question.probe.id) by \(name.rawValue): \(difference)")
                }
            }
            cases += 1
            asked += questions.count
        }
        print(
            "truth with cluster policies: \(asked) probes of \(cases) cases; \(withHostEndpoints) with host endpoints")
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(20).joined(separator: "\n"))")
        #expect(cases >= 50)
    }

    /// What policy is asked about: packets without earlier ones, that no translation changes and that routing lets in.
    private static func questions(_ truth: TruthCase, _ topology: Topology) throws -> [Question] {
        let node = try #require(topology.node(named: "node1"))
        return try truth.probes.compactMap { probe -> Question? in
            if probe.after != nil || probe.quirk != nil || truth.translations.contains(where: { $0.applies(to: probe) })
                || probe.decided?.contains(where: { $0.by == "reversePath" }) == true
            {
                return nil
            }
            let visit = Visit(
                node: node, from: attachment(probe.in, topology, node), to: attachment(probe.out, topology, node))
            let key = try key(of: probe)
            return Question(probe: probe, request: EngineRequest(visit: visit, key: key, state: state(key)))
        }
    }

    private static func attachment(_ interface: String, _ topology: Topology, _ node: NodeIndex)
        -> NetworkTopology.Attachment
    {
        if interface == "local" { return .host }
        let index = topology.endpoints.firstIndex { $0.node == node && $0.interface == interface }
        if let index { return .workload(EndpointIndex(index)) }
        return interface.hasPrefix("cali") ? .unknownWorkload(interface: interface) : .outside(interface: interface)
    }

    private static func key(of probe: TruthProbe) throws -> FlowKey {
        let (from, to) = (try #require(IPAddress(probe.src)), try #require(IPAddress(probe.dst)))
        let proto = try #require(
            UInt8(probe.proto.text).map { IPProtocol($0) } ?? IPProtocol(calicoName: probe.proto.text))
        if proto == .icmp(of: to.family) {
            return .icmp(from: from, to: to, type: probe.icmpType ?? 0, code: probe.icmpCode ?? 0)
        }
        guard proto.hasPorts else { return .opaque(proto, from: from, to: to) }
        return .ports(proto, from: from, probe.srcPort ?? 0, to: to, probe.port ?? 0)
    }

    /// conntrack.md, "Without entry".
    private static func state(_ key: FlowKey) -> FlowState {
        guard key.transport == .icmp else { return .new }
        if key.family == .v4 { return [8, 13, 15, 17].contains(key.icmpType) ? .new : .invalid }
        if (130...136).contains(key.icmpType) || key.icmpType == 143 { return .untracked }
        return [128, 139].contains(key.icmpType) ? .new : .invalid
    }

    // MARK: Comparing

    private static func difference(_ probe: TruthProbe, _ answer: EngineAnswer) -> String? {
        guard (answer.verdict == .accept) == probe.isAllowed else { return "\(answer.verdict), \(probe.why)" }
        guard let steps = answer.steps, let decided = probe.decided else { return nil }
        // Of a denial the corpus names the one step that denies.
        let told = answer.verdict == .drop ? steps.suffix(1) : steps[...]
        let (found, expected) = (told.compactMap(text), decided.map(text))
        return found == expected ? nil : "decided by \(found), not by \(expected)"
    }

    private static func text(_ step: TruthStep) -> String {
        switch step.by {
        case "policy", "profile": "\(step.by) \(step.policy ?? step.profile ?? "") \(step.direction ?? "")"
        case "tierEnd": "tierEnd \(step.tier ?? "")"
        default: step.by
        }
    }

    /// The same of a step of ours; `nil` where no policy looked at the packet.
    private static func text(_ step: DecisionStep) -> String? {
        let direction = step.direction?.word ?? ""
        switch step.cause {
        case .rule(.policy(let name, _), _): return "policy \(name) \(direction)"
        case .rule(.profile(let name), _), .missingProfile(let name): return "profile \(name) \(direction)"
        case .endOfTier(let tier, _): return "tierEnd \(tier)"
        case .noProfile: return "noProfile"
        case .fixed(let site):
            switch site {
            case .conntrackEstablished: return "conntrack"
            case .conntrackInvalid: return "conntrackInvalid"
            case .encapsulationVXLAN, .encapsulationIPIP: return "encapsulation"
            case .neighbourDiscovery: return "neighbourDiscovery"
            case .endpointToHostDrop, .endpointToHostAccept: return "defaultEndpointToHostAction"
            case .unknownInterface: return "unknownInterface"
            case .failsafe: return "failsafe"
            case .reversePath: return "reversePath"
            case .noForwardPolicy: return "noForwardPolicy"
            case .hostToWorkload, .notPoliced, .serviceWithoutBackends, .endpointToHostReturn, .reversePathExempt,
                .tunnelOfKnownHost, .tunnelOfUnknownHost, .serviceLoop:
                return nil
            }
        }
    }
}

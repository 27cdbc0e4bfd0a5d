import CaseGeneration
import Diagnostics
import Testing
import Workspace

struct PolicyGeneratorTests {
    @Test func theSeedDecidesAlone() {
        let first = PolicyGenerator.policySet(seed: 7)
        #expect(first.yaml == PolicyGenerator.policySet(seed: 7).yaml)
        #expect(first.yaml != PolicyGenerator.policySet(seed: 8).yaml)
        let inputs = first.load()
        #expect(PacketGenerator(inputs).packets(50, seed: 3) == PacketGenerator(inputs).packets(50, seed: 3))
        #expect(PacketGenerator(inputs).packets(50, seed: 3) != PacketGenerator(inputs).packets(50, seed: 4))
    }

    @Test("Validation accepts what is generated", arguments: [UInt64(1_000), 2_000, 3_000])
    func manifestsAreValid(_ start: UInt64) {
        for seed in start..<(start + 40) {
            let inputs = PolicyGenerator.policySet(seed: seed).load()
            let renderer = DiagnosticRenderer(sources: inputs.sources)
            #expect(inputs.refusals.map(renderer.text) == [], "seed \(seed)")
        }
    }

    @Test("Every field that is evaluated, and every kind, is among the manifests")
    func everyFieldOccurs() {
        let text = (UInt64(0)..<90).map { PolicyGenerator.policySet(seed: $0).yaml }.joined()
        let keys = [
            "ipVersion", "protocol", "notProtocol", "icmp", "notICMP", "type", "code", "nets", "notNets", "selector",
            "notSelector", "namespaceSelector", "serviceAccounts", "names", "services", "ports", "notPorts", "types",
            "order", "tier", "serviceAccountSelector", "ingress", "egress", "podSelector", "matchLabels",
            "matchExpressions", "ipBlock", "except", "endPort", "policyTypes", "labelsToApply", "defaultAction",
            "initContainers", "hostNetwork", "ipNetworks", "defaultEndpointToHostAction", "vxlanPort",
            "priority", "subject", "namespaces", "pods", "networks", "nodes", "domainNames", "protocols", "tcp",
            "destinationPort", "range", "destinationNamedPort", "portNumber", "portRange", "namedPort",
            "disableConntrackInvalidCheck", "allowIPIPPacketsFromWorkloads", "allowVXLANPacketsFromWorkloads",
        ]
        for key in keys { #expect(text.contains(" \(key):") || text.contains("\"\(key)\":"), "\(key)") }
        let kinds = [
            "Namespace", "ServiceAccount", "Node", "Pod", "Service", "EndpointSlice", "WorkloadEndpoint", "Tier",
            "Profile", "NetworkSet", "GlobalNetworkSet", "HostEndpoint", "NetworkPolicy", "GlobalNetworkPolicy",
            "FelixConfiguration", "BGPConfiguration", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy",
            "IPPool", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy",
        ]
        for kind in kinds { #expect(text.contains("\nkind: \"\(kind)\"\n"), "\(kind)") }
        for action in ["Allow", "Deny", "Pass", "Log", "Accept"] {
            #expect(text.contains("action: \"\(action)\""), "\(action)")
        }
    }
}

import Diagnostics
import NetTypes
import NetworkTopology
import PolicyIR
import Testing

/// Pods and WorkloadEndpoints as endpoints and as members of selectors.
struct EndpointResolutionTests {
    /// A client, and a WorkloadEndpoint `vm` on the same node.
    private func workloadEndpoint(_ extra: String, labels: String = "{app: vm}", profiles: String = "[kns.shop]")
        -> String
    {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: client, namespace: shop}
        spec: {nodeName: n1}
        status: {podIP: 10.0.0.1}
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-vm-eth0, namespace: shop, labels: \(labels)}
        spec:
          node: n1
          orchestrator: k8s
          pod: vm
          endpoint: eth0
          interfaceName: tap1
          ipNetworks: [10.0.0.2/32]
          profiles: \(profiles)
        \(extra)
        """
    }

    @Test("A WorkloadEndpoint's own pcns. and pcsa. labels are stripped, as the syncer does (calico.md 7)")
    func reservedLabelsOfWorkloadEndpoint() {
        let resolved = ResolvedText(
            workloadEndpoint(
                """
                ---
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: prod}
                spec:
                  selector: all()
                  namespaceSelector: env == 'prod'
                  types: [Ingress]
                """, labels: "{pcns.env: prod, pcsa.team: a}"))
        #expect(resolved.errors == [])
        #expect(resolved.allows("10.0.0.1", "10.0.0.2", port: 80) == true)
    }

    @Test("A WorkloadEndpoint of orchestrator k8s is a pod to Kubernetes policies")
    func orchestratorOfWorkloadEndpoint() {
        let resolved = ResolvedText(
            workloadEndpoint(
                """
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: closed, namespace: shop}
                spec: {podSelector: {matchLabels: {app: vm}}}
                """))
        #expect(resolved.errors == [])
        #expect(resolved.allows("10.0.0.1", "10.0.0.2", port: 80) == false)
    }

    @Test("Absent kns. and ksa. profiles of a WorkloadEndpoint are synthesized, others deny (calico.md 1.7)")
    func profilesOfWorkloadEndpoint() {
        let known = ResolvedText(workloadEndpoint("", profiles: "[ksa.shop.robot, kns.shop]"))
        #expect(known.allows("10.0.0.1", "10.0.0.2", port: 80) == true)
        for absent in ["gone", "ksa.robot"] {
            let missing = ResolvedText(workloadEndpoint("", profiles: "[\(absent), kns.shop]"))
            #expect(missing.allows("10.0.0.1", "10.0.0.2", port: 80) == false)
        }
    }

    @Test("Of two endpoints on one interface the first alone is judged; selectors reach both")
    func duplicateInterface() {
        let resolved = ResolvedText(
            workloadEndpoint(
                """
                ---
                apiVersion: projectcalico.org/v3
                kind: WorkloadEndpoint
                metadata: {name: n1-k8s-zz-eth0, namespace: shop, labels: {app: shadowed}}
                spec:
                  node: n1
                  orchestrator: k8s
                  pod: zz
                  endpoint: eth0
                  interfaceName: tap1
                  ipNetworks: [10.0.0.9/32]
                  profiles: [kns.shop]
                """))
        #expect(resolved.cluster.endpoints.map(\.name) == ["shop/client", "shop/vm"])
        #expect(resolved.objects(at: "10.0.0.9").count == 1)
    }

    @Test("A Pod and the WorkloadEndpoint that Calico made of it are one endpoint")
    func podAndItsOwnWorkloadEndpoint() {
        let resolved = ResolvedText(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-0, namespace: prod}
            spec: {nodeName: n1}
            status: {podIP: 10.0.0.1}
            ---
            apiVersion: projectcalico.org/v3
            kind: WorkloadEndpoint
            metadata: {name: n1-k8s-web--0-eth0, namespace: prod}
            spec: {node: n1, orchestrator: k8s, pod: web-0, interfaceName: caliaa960f0d82e, ipNetworks: [10.0.0.1/32]}
            """)
        #expect(resolved.objects(at: "10.0.0.1") == ["pod prod/web-0"])
    }

    @Test(
        "An endpoint that asks for foreign source addresses exists only where its node allows that (calico.md 1.8)",
        arguments: [
            ("default", "Any", true), ("node.n1", "Any", true), ("node.n2", "Any", false),
            ("default", "Disabled", false),
        ])
    func sourceSpoofing(configuration: String, value: String, exists: Bool) {
        let resolved = ResolvedText(
            """
            apiVersion: projectcalico.org/v3
            kind: WorkloadEndpoint
            metadata: {name: n1-k8s-gateway-eth0}
            spec:
              node: n1
              orchestrator: k8s
              pod: gateway
              interfaceName: cali1
              ipNetworks: [10.0.0.1/32]
              allowSpoofedSourcePrefixes: [192.0.2.0/24]
            ---
            apiVersion: projectcalico.org/v3
            kind: FelixConfiguration
            metadata: {name: \(configuration)}
            spec: {workloadSourceSpoofing: \(value)}
            """)
        #expect(resolved.objects(at: "10.0.0.1") == (exists ? ["WorkloadEndpoint default/n1-k8s-gateway-eth0"] : []))
        #expect(resolved.errors == [])
        #expect(resolved.cluster.topology.refused.map(\.interface) == (exists ? [] : ["cali1"]))
        #expect(resolved.diagnostics.contains { $0.id == "source-spoofing-disabled" } == !exists)
    }
}

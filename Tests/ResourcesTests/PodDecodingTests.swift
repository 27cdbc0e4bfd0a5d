import NetTypes
import Testing

@testable import Resources

struct PodDecodingTests {
    private func pod(_ body: String, metadata: String = "name: p") -> MarkedManifest {
        MarkedManifest("apiVersion: v1\nkind: Pod\nmetadata: {\(metadata)}\n" + body)
    }

    @Test func wholePod() throws {
        let manifest = pod(
            """
            spec:
              nodeName: node1
              serviceAccount: old
              containers:
              - name: c
                ports: [{containerPort: 80, name: http}, {containerPort: 81, protocol: UDP, hostPort: 81}]
              initContainers:
              - name: i
                ports: [{containerPort: 90, name: http, protocol: ""}]
            status: {phase: Running, podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: "fd00::1"}]}
            """)
        #expect(manifest.found == [])
        let pod = try #require(manifest.snapshot.pods.first)
        #expect(pod.spec.nodeName == "node1" && pod.spec.serviceAccountName == "old" && !pod.spec.hostNetwork)
        #expect(pod.addresses.map(\.description) == ["10.0.0.1", "fd00::1"])
        let http = [NamedPort(name: "http", proto: .tcp, port: 80), NamedPort(name: "http", proto: .tcp, port: 90)]
        #expect(pod.spec.namedPorts == http)
        #expect(pod.spec.declaredPorts.map(\.port) == [80, 81, 90])
        #expect(!pod.isFinished)
    }

    @Test(arguments: [
        ("status: {podIP: 10.0.0.1}", "name: p", ["10.0.0.1"]), ("status: {}", "name: p", []),
        (
            "{}", "name: p, annotations: {cni.projectcalico.org/podIPs: '10.0.0.1/32, fd00::1/128'}",
            ["10.0.0.1", "fd00::1"]
        ),
        ("{}", "name: p, annotations: {cni.projectcalico.org/podIP: 10.0.0.1/32}", ["10.0.0.1"]),
        ("{}", "name: p, annotations: {vpc.amazonaws.com/pod-ips: 10.0.0.3}", ["10.0.0.3"]),
        ("status: {podIP: 10.0.0.1}", "name: p, annotations: {cni.projectcalico.org/podIP: 10.0.0.2}", ["10.0.0.1"]),
    ])
    func addressSources(_ body: String, _ metadata: String, _ expected: [String]) throws {
        let pod = try #require(pod(body == "{}" ? "" : body, metadata: metadata).snapshot.pods.first)
        #expect(pod.addresses.map(\.description) == expected)
    }

    @Test(arguments: [
        ("status: {phase: Succeeded}", "name: p", true), ("status: {phase: Failed}", "name: p", true),
        ("status: {phase: Completed}", "name: p", true), ("status: {phase: Pending}", "name: p", false),
        ("", "name: p, deletionTimestamp: 2026-01-01T00:00:00Z", false),
        ("", "name: p, deletionTimestamp: 2026-01-01T00:00:00Z, annotations: {cni.projectcalico.org/podIP: ''}", true),
        ("", "name: p, annotations: {cni.projectcalico.org/podIP: ''}", false),
    ])
    func finishedPods(_ body: String, _ metadata: String, _ expected: Bool) {
        #expect(pod(body, metadata: metadata).snapshot.pods.map(\.isFinished) == [expected])
    }

    @Test(arguments: [
        ("{containerPort: ▸0}", "containerPort required-value"), ("▸{}", "containerPort required-value"),
        ("{containerPort: ▸65536}", "containerPort invalid-value"),
        ("{containerPort: ▸\"80\"}", "containerPort wrong-type"),
        ("{containerPort: 80, name: ▸HTTP}", "name invalid-value"),
        ("{containerPort: 80, protocol: ▸tcp}", "protocol unsupported-value"),
        ("{containerPort: 80, hostPort: ▸70000}", "hostPort invalid-value"),
    ])
    func portsRefused(_ port: String, _ expected: String) {
        let manifest = pod("spec: {containers: [{name: c, ports: [\(port)]}]}")
        #expect(manifest.found == manifest.expected("error spec.containers[0].ports[0].\(expected)"))
        #expect(manifest.snapshot.pods.isEmpty)
    }

    @Test func oneNameTwiceInOneContainer() {
        let manifest = pod(
            "spec: {containers: [{ports: [{containerPort: 80, name: a}, {containerPort: 81, name: ▸a}]}]}")
        #expect(manifest.found == manifest.expected("error spec.containers[0].ports[1].name duplicate-value"))
    }

    @Test func statusAddressesMustBeAddresses() {
        let manifest = pod("status: {podIP: ▸x, podIPs: [{ip: ▸10.0.0}]}")
        #expect(
            manifest.found
                == manifest.expected("error status.podIP invalid-value", "error status.podIPs[0].ip invalid-value"))
    }

    @Test func allowedSourcePrefixes() {
        let annotation = "annotations: {cni.projectcalico.org/allowedSourcePrefixes: '[\"198.51.100.128/25\"]'}"
        let manifest = pod("", metadata: "name: p, \(annotation)")
        #expect(manifest.found == [])
        #expect(manifest.snapshot.pods.map { $0.allowedSourcePrefixes.map(\.description) } == [["198.51.100.128/25"]])
    }

    @Test(
        "A pod whose list of source prefixes can't be read gets no endpoint", arguments: ["[\"\"]", "[\"gumbo\"]", "["])
    func unreadableSourcePrefixes(_ list: String) {
        let annotation = "annotations: {cni.projectcalico.org/allowedSourcePrefixes: '\(list)'}"
        let manifest = pod("", metadata: "name: p, \(annotation)")
        #expect(manifest.found.map(\.text) == ["error metadata unreadable-annotation"])
        #expect(manifest.snapshot.pods.isEmpty)
    }

    /// What a node drops beyond its limits is no matter of policy, but is dropped all the same.
    @Test func limitsAreReported() {
        let manifest = MarkedManifest(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: p
              annotations:
                ▸qos.projectcalico.org/ingressMaxConnections: "10"
                qos.projectcalico.org/dscp: EF
            spec: {nodeName: n1, containers: [{name: c, image: i}]}
            """)
        #expect(manifest.found == manifest.expected("warning metadata traffic-limit"))
    }
}

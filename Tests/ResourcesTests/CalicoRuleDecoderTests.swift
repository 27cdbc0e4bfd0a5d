import Diagnostics
import NetTypes
import Testing

@testable import Resources

struct CalicoRuleDecoderTests {
    private func rule(_ rule: String, direction: String = "ingress", kind: String = "NetworkPolicy") -> MarkedManifest {
        let indented = rule.split(separator: "\n").joined(separator: "\n    ")
        return MarkedManifest(
            "apiVersion: projectcalico.org/v3\nkind: \(kind)\nmetadata: {name: p}\n"
                + "spec:\n  \(direction):\n  - \(indented)"
        )
    }

    @Test func wholeRule() throws {
        let manifest = rule(
            """
            action: Allow
            ipVersion: 4
            protocol: TCP
            notProtocol: 17
            source:
              nets: [10.0.0.0/8]
              notNets: [10.1.0.0/16]
              selector: a == 'x'
              notSelector: global()
              namespaceSelector: " global() "
              serviceAccounts: {names: [sa], selector: has(b)}
              ports: [1024, "2000:3000", http]
            destination:
              notPorts: ["80"]
            metadata: {annotations: {a: b}}
            """)
        #expect(manifest.found == [])
        let rule = try #require(manifest.snapshot.calicoPolicies.first?.ingress.first)
        #expect(rule.action == .allow && rule.ipVersion == .v4)
        #expect(rule.proto?.value == .tcp && rule.notProto?.value == .udp && rule.protocolImpliesFamily == nil)
        #expect(rule.source.nets.map(\.value.description) == ["10.0.0.0/8"])
        #expect(rule.source.notNets.map(\.value.description) == ["10.1.0.0/16"])
        #expect(
            rule.source.ports.map(\.value) == [
                .range(PortRange(1024)), .range(PortRange(2000, 3000)), .name("http"),
            ])
        #expect(rule.destination.notPorts.map(\.value) == [.range(PortRange(80))])
        #expect(rule.source.serviceAccounts?.value.names == ["sa"])
        #expect(rule.source.serviceAccounts?.value.selector != nil && rule.source.selector != nil)
    }

    @Test func icmpRule() throws {
        let manifest = rule("action: Deny\nprotocol: ICMPv6\nicmp: {type: 128, code: 0}\nnotICMP: {type: 1}")
        let rule = try #require(manifest.snapshot.calicoPolicies.first?.ingress.first)
        #expect(rule.protocolImpliesFamily == .v6)
        #expect(rule.icmp == CalicoICMP(type: 128, code: 0))
        #expect(rule.notICMP == CalicoICMP(type: 1, code: nil))
    }

    @Test(arguments: [
        ("▸{}", "action unsupported-value"), ("{action: ▸allow}", "action unsupported-value"),
        ("{action: Allow, ipVersion: ▸5}", "ipVersion invalid-value"),
        ("{action: Allow, ipVersion: ▸\"4\"}", "ipVersion wrong-type"),
        ("{action: Allow, protocol: ▸tcp}", "protocol invalid-value"),
        ("{action: Allow, protocol: ▸0}", "protocol invalid-value"),
        ("{action: Allow, protocol: ▸256}", "protocol invalid-value"),
        ("{action: Allow, protocol: ▸[TCP]}", "protocol wrong-type"),
        ("{action: Allow, protocol: ICMP, ipVersion: ▸6}", "ipVersion ip-version"),
        ("{action: Allow, notProtocol: ICMPv6, ipVersion: ▸4}", "ipVersion ip-version"),
        ("{action: Allow, icmp: ▸{type: 8}}", "icmp icmp-protocol"),
        ("{action: Allow, protocol: TCP, icmp: ▸{}}", "icmp icmp-protocol"),
        ("{action: Allow, protocol: ICMP, icmp: {type: ▸255}}", "icmp.type invalid-value"),
        ("{action: Allow, notICMP: {code: ▸0}}", "notICMP.code icmp-type"),
        ("{action: Allow, metadata: {annotations: {▸a b: c}}}", "metadata.annotations invalid-value"),
        ("{action: Allow, source: {nets: [▸10.0.0.1/8]}}", "source.nets[0] invalid-value"),
        ("{action: Allow, source: {nets: [▸10.0.0.0]}}", "source.nets[0] invalid-value"),
        ("{action: Allow, source: {nets: [10.0.0.0/8, ▸10.0.0.0/8]}}", "source.nets[1] duplicate-value"),
        ("{action: Allow, source: {nets: [10.0.0.0/8, ▸\"fd00::/8\"]}}", "source.nets[1] mixed-families"),
        (
            "{action: Allow, source: {nets: [10.0.0.0/8]}, destination: {notNets: [▸\"fd00::/8\"]}}",
            "destination.notNets[0] mixed-families"
        ),
        ("{action: Allow, ipVersion: 6, source: {notNets: [▸10.0.0.0/8]}}", "source.notNets[0] invalid-value"),
        ("{action: Allow, source: {notNets: [▸0.0.0.0/0]}}", "source.notNets[0] invalid-value"),
        ("{action: Allow, source: {selector: ▸global()}}", "source.selector invalid-value"),
        ("{action: Allow, source: {namespaceSelector: ▸\"!global()\"}}", "source.namespaceSelector invalid-value"),
        ("{action: Allow, destination: {ports: ▸[80]}}", "destination.ports ports-protocol"),
        ("{action: Allow, protocol: ICMP, source: {notPorts: ▸[http]}}", "source.notPorts ports-protocol"),
        ("{action: Allow, protocol: TCP, source: {ports: ▸80}}", "source.ports wrong-type"),
        ("{action: Allow, protocol: TCP, source: {ports: [▸0]}}", "source.ports[0] invalid-value"),
        ("{action: Allow, protocol: TCP, source: {ports: [▸65536]}}", "source.ports[0] invalid-value"),
        ("{action: Allow, protocol: TCP, source: {ports: [▸\"90:80\"]}}", "source.ports[0] invalid-value"),
        ("{action: Allow, protocol: TCP, source: {ports: [▸HTTP]}}", "source.ports[0] invalid-value"),
        ("{action: Allow, protocol: TCP, source: {ports: [▸null]}}", "source.ports[0] invalid-value"),
        (
            "{action: Allow, source: {serviceAccounts: {names: [a, ▸a]}}}",
            "source.serviceAccounts.names[1] duplicate-value"
        ),
        ("{action: Allow, source: {services: ▸{}}}", "source.services.name required-value"),
        ("{action: Allow, source: {services: {name: ▸S_x, namespace: ns}}}", "source.services.name invalid-value"),
        (
            "{action: Allow, source: {services: ▸{name: s, namespace: ns}, nets: [10.0.0.0/8]}}",
            "source.services forbidden"
        ),
        (
            "{action: Allow, source: {services: ▸{name: s, namespace: ns}, serviceAccounts: {}}}",
            "source.services forbidden"
        ),
        ("{action: Allow, destination: {services: ▸{name: s, namespace: ns}}}", "destination.services forbidden"),
        ("{action: Allow, ▸ports: [80]}", "ports unknown-field"),
        ("{action: Allow, ▸from: []}", "from unknown-field"),
    ])
    func refused(_ text: String, _ expected: String) {
        let manifest = rule(text)
        #expect(manifest.found == manifest.expected("error spec.ingress[0].\(expected)"))
        #expect(manifest.snapshot.calicoPolicies.isEmpty)
    }

    @Test(arguments: [
        "{action: Pass}", "{action: Log}", "{action: Allow, protocol: 6, destination: {ports: [80]}}",
        "{action: Allow, protocol: 255}", "{action: Allow, protocol: 1, icmp: {type: 8}}",
        "{action: Allow, notICMP: {type: 8}}", "{action: Allow, destination: {ports: [http, dns]}}",
        "{action: Allow, source: {nets: ['::ffff:10.0.0.0/104', 10.0.0.0/08]}}",
        "{action: Allow, protocol: TCP, source: {ports: [80, 80]}}",
        "{action: Allow, source: {services: {name: s, namespace: ns}, ports: [http]}}",
        "{action: Allow, source: {selector: '', notSelector: '', namespaceSelector: ''}}",
    ])
    func accepted(_ text: String) {
        let manifest = rule(text)
        #expect(manifest.found == [])
        #expect(manifest.snapshot.calicoPolicies.count == 1)
    }

    @Test func limits() {
        let nets = (0..<257).map { "10.\($0 / 256).\($0 % 256).0/24" }.joined(separator: ", ")
        #expect(
            rule("{action: Allow, source: {nets: [\(nets)]}}").found.map(\.text) == [
                "error spec.ingress[0].source.nets too-many"
            ])
        let ports = (1...51).map(String.init).joined(separator: ", ")
        #expect(
            rule("{action: Allow, protocol: TCP, source: {ports: [\(ports)]}}").found.map(\.text) == [
                "error spec.ingress[0].source.ports too-many"
            ])
    }

    /// The note names the field that the finding is also about.
    @Test func secondPlaces() throws {
        let manifest = rule("{action: Allow, protocol: ICMP, destination: {ports: [80]}}")
        let error = try #require(manifest.diagnostics.first)
        #expect(error.notes.map(\.fieldPath) == ["spec.ingress[0].protocol"])
        #expect(error.notes.first?.location?.column == 31)
    }

    @Test func servicesWithoutNamespace() {
        let own = rule("{action: Allow, source: {services: ▸{name: s}}}")
        #expect(own.found == [])
        let global = rule("{action: Allow, source: {services: ▸{name: s}}}", kind: "GlobalNetworkPolicy")
        #expect(global.found == global.expected("error spec.ingress[0].source.services required-value"))
    }

    @Test func httpIsValidatedButNotEvaluated() throws {
        let manifest = rule("{action: Allow, http: ▸{methods: [GET], paths: [{exact: /a}, {prefix: /b}]}}")
        #expect(manifest.found == manifest.expected("warning spec.ingress[0].http partly-evaluated"))
        #expect(manifest.snapshot.calicoPolicies.first?.ingress.first?.hasHTTP == true)
    }

    @Test(arguments: [
        ("{action: Deny, http: {methods: [GET]}}", "ingress", "http forbidden"),
        ("{action: Allow, protocol: UDP, http: {methods: [GET]}}", "ingress", "http forbidden"),
        ("{action: Allow, http: {methods: [GET]}}", "egress", "http forbidden"),
        ("{action: Allow, http: {methods: [GET, GET]}}", "ingress", "http.methods[1] duplicate-value"),
        ("{action: Allow, http: {paths: [{exact: a}]}}", "ingress", "http.paths[0] invalid-value"),
        ("{action: Allow, http: {paths: [{exact: /a, prefix: /b}]}}", "ingress", "http.paths[0] forbidden"),
        ("{action: Allow, http: {paths: [{}]}}", "ingress", "http.paths[0] required-value"),
    ])
    func httpRefused(_ text: String, _ direction: String, _ expected: String) {
        let errors = rule(text, direction: direction).found.map(\.text).filter { $0.hasPrefix("error") }
        #expect(errors == ["error spec.\(direction)[0].\(expected)"])
    }
}

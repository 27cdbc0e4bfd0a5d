import Testing

extension Traps {
    /// Ports by name, and services.
    @Suite struct NamedPortTrapTests {
        /// Every pod's ingress, opened by one rule.
        private static func opening(_ conditions: String) -> String {
            Manifest.global("open", "selector: all(), ingress: [{action: Allow, \(conditions)}]")
        }

        // MARK: Names

        @Test("T27: a named port is each destination pod's own number")
        func t27() throws {
            let packets = [
                "b/client -> a/web TCP 8080", "b/client -> a/web TCP 80", "b/client -> a/db TCP 80",
                "b/client -> a/db TCP 8080",
            ]
            let world = TrapCluster(Self.opening("protocol: TCP, destination: {ports: [http]}"))
            #expect(try world.passing(packets) == [packets[0], packets[2]])
        }

        @Test("T28: a named port needs the protocol of the container port")
        func t28() throws {
            let packets = [
                "b/client -> a/web UDP 53", "b/client -> a/web TCP 53", "b/client -> a/db TCP 5353",
                "b/client -> a/db UDP 5353",
            ]
            func world(_ proto: String) -> TrapCluster {
                TrapCluster(Self.opening("protocol: \(proto), destination: {ports: [dns]}"))
            }
            #expect(try world("TCP").passing(packets) == [packets[2]])
            #expect(try world("UDP").passing(packets) == [packets[0]])
        }

        @Test("T29: numbers and names of one list are alternatives")
        func t29() throws {
            let packets = [
                "b/client -> a/web TCP 9090", "b/client -> a/web TCP 8080", "b/client -> a/web TCP 80",
                "b/client -> a/db TCP 80", "b/client -> a/db TCP 8080",
            ]
            let world = TrapCluster(Self.opening("protocol: TCP, destination: {ports: [9090, http]}"))
            #expect(try world.passing(packets) == [packets[0], packets[1], packets[3]])
        }

        @Test("T51: ports of init containers are named ports")
        func t51() throws {
            let pod = Manifest.pod(
                "init", in: "a", node: "n1",
                spec: """
                    initContainers: [{name: i, ports: [{name: metrics, containerPort: 9100}]}],
                    containers: [{name: c, ports: [{name: metrics, containerPort: 9101}, {containerPort: 9102}]}]
                    """, address: "10.0.0.7")
            let packets = [9100, 9101, 9102].map { "b/client -> a/init TCP \($0)" }
            let world = TrapCluster(Self.opening("protocol: TCP, destination: {ports: [metrics]}"), pod)
            #expect(try world.passing(packets) == Array(packets[..<2]))
        }

        @Test("T65: a named port without selector ignores the namespace of the NetworkPolicy")
        func t65() throws {
            let packets = [
                "b/client -> a/web TCP 8080", "b/client -> a/db TCP 80", "b/client -> a/db TCP 8080",
                "b/client -> 9.9.9.9 TCP 80",
            ]
            func world(_ destination: String) -> TrapCluster {
                TrapCluster(
                    Manifest.namespaced(
                        "out", in: "b",
                        "selector: all(), egress: [{action: Allow, protocol: TCP, destination: {\(destination)}}]"))
            }
            #expect(try world("ports: [http]").passing(packets) == Array(packets[..<2]))
            #expect(try world("ports: [http], selector: all()").passing(packets) == [])
        }

        // MARK: Services

        /// The egress of every pod of a namespace, opened by one rule.
        private static func out(of namespace: String, _ destination: String) -> String {
            Manifest.namespaced(
                "out", in: namespace,
                "selector: all(), types: [Egress], egress: [{action: Allow, destination: {\(destination)}}]")
        }

        @Test("T30: services mean their endpoints behind translation, unready ones, too")
        func t30() throws {
            let service = Manifest.webService(
                "{addresses: [10.0.0.1]}, {addresses: [10.0.1.1], conditions: {ready: false}}")
            let packets = [
                "b/client -> 10.96.0.1 TCP 80", "b/client -> svc/a/web TCP 80", "b/client -> a/web TCP 8080",
                "b/client -> a/db TCP 8080", "b/client -> a/web TCP 80", "b/client -> a/web UDP 8080",
                "b/client -> 9.9.9.9 TCP 8080",
            ]
            #expect(
                try TrapCluster(Self.out(of: "b", "services: {name: web, namespace: a}"), service).passing(packets)
                    == Array(packets[..<4]))
            #expect(try TrapCluster(Self.out(of: "b", "nets: [10.96.0.1/32]"), service).passing(packets) == [])
        }

        @Test("T60: a service without namespace is one of the NetworkPolicy's own")
        func t60() throws {
            let packets = ["a/db -> a/web TCP 8080", "a/db -> a/web TCP 80"]
            #expect(
                try TrapCluster(Self.out(of: "a", "services: {name: web}"), Manifest.webService()).passing(packets)
                    == [packets[0]])
            #expect(
                try TrapCluster(Self.out(of: "b", "services: {name: web}"), Manifest.webService())
                    .passing(["b/client -> a/web TCP 8080"]) == [])
        }

        @Test("T53: a pod that calls itself through its service is judged twice")
        func t53() throws {
            let packets = ["a/web -> svc/web TCP 80", "a/web -> a/web TCP 8080"]
            func world(_ spec: String) -> TrapCluster {
                TrapCluster(
                    Manifest.kubernetes("p", "podSelector: {matchLabels: {app: web}}, \(spec)"),
                    Manifest.webService())
            }
            let itself = "[{podSelector: {matchLabels: {app: web}}}]"
            #expect(try world("policyTypes: [Ingress]").passing(packets) == [packets[1]])
            #expect(try world("policyTypes: [Egress]").passing(packets) == [packets[1]])
            #expect(
                try world("ingress: [{from: \(itself)}], policyTypes: [Ingress, Egress]").passing(packets) == [
                    packets[1]
                ])
            #expect(try world("ingress: [{from: \(itself)}], egress: [{to: \(itself)}]").passing(packets) == packets)
        }
    }
}

import PolicyIR
import Selectors
import Testing
import Workspace

extension Traps {
    /// Host endpoints.
    @Suite struct HostEndpointTrapTests {
        /// A host endpoint on eth0 of n1 without policy or profile.
        private static let bare = Manifest.host("eth", "interfaceName: eth0")
        /// The same with the profile of automatic host endpoints.
        private static let open = Manifest.host("eth", "interfaceName: eth0, profiles: [projectcalico-default-allow]")
        /// The default of all interfaces, bare.
        private static let star = Manifest.host("star", labels: "kind: star", #"interfaceName: "*""#)

        private static let toNode = "203.0.113.9 -> node/n1 TCP 80"
        private static let toPod = "203.0.113.9 -> a/web TCP 80"
        private static let fromNode = "node/n1 -> 203.0.113.9 TCP 80"

        /// A policy of host endpoints alone.
        private static func policy(_ name: String, _ spec: String, of kind: String = "host") -> String {
            Manifest.global(name, #"selector: "kind == '\#(kind)'", \#(spec)"#)
        }

        private static func ingress(_ rule: String) -> String { "types: [Ingress], ingress: [{\(rule)}]" }

        // MARK: Selectors

        @Test("T33: selectors reach a host endpoint by its expectedIPs alone")
        func t33() throws {
            let packets = ["node/n1 -> a/db TCP 80"]
            let policy = Manifest.namespaced(
                "open",
                #"""
                selector: "app == 'db'", ingress: [{action: Allow, source: {
                selector: "kind == 'host'", namespaceSelector: global()}}]
                """#)
            #expect(try TrapCluster(policy, Self.open).passing(packets) == [])
            let expecting = Self.open.replacing("interfaceName", with: "expectedIPs: [192.0.2.1], interfaceName")
            #expect(try TrapCluster(policy, expecting).passing(packets) == packets)
        }

        @Test("T49: a GlobalNetworkPolicy's selector all() hits host endpoints, too")
        func t49() throws {
            let packets = [Self.toNode, "203.0.113.9 -> node/n2 TCP 80", Self.toPod]
            let deny = "selector: all(), types: [Ingress]"
            #expect(try TrapCluster(Manifest.global("deny", deny), Self.open).passing(packets) == [packets[1]])
            #expect(
                try TrapCluster(Manifest.global("deny", deny + ", namespaceSelector: all()"), Self.open)
                    .passing(packets) == Array(packets[..<2]))
        }

        @Test("T59: all() is rewritten in the joined text of two selectors, in literals, too")
        func t59() throws {
            func selector(_ spec: String) throws -> String {
                let tiers = TrapCluster(Manifest.global("p", spec)).inputs.cluster.tiers
                return try #require(tiers.first { $0.name == "default" }?.policies.first).selector.description
            }
            #expect(try selector(#"selector: "x == 'all()'""#) == #"x == "all()""#)
            #expect(
                try selector(#"selector: "x == 'all()'", namespaceSelector: "has(env)""#)
                    == #"(x == "has(projectcalico.org/namespace)" && has(pcns.env))"#)
            // `all()` beside a namespaceSelector that host endpoints satisfy takes them out.
            func world(_ selector: String) -> TrapCluster {
                TrapCluster(
                    Manifest.global(
                        "deny",
                        #"selector: "\#(selector)", namespaceSelector: "env != 'prod'", ingress: [{action: Deny}]"#),
                    Self.open)
            }
            #expect(try world("kind == 'host'").passing([Self.toNode]) == [])
            #expect(try world("kind == 'host' && all()").passing([Self.toNode]) == [Self.toNode])
        }

        // MARK: What the node itself receives and sends

        @Test("T34: a host endpoint without policy and profile denies all but failsafes")
        func t34() throws {
            let failsafes = ["203.0.113.9 -> node/n1 TCP 22", "node/n1 -> 203.0.113.9 UDP 53"]
            let others = [Self.toNode, Self.fromNode, "203.0.113.9 -> node/n1 UDP 53", "node/n1 -> 203.0.113.9 TCP 22"]
            #expect(try TrapCluster(Self.bare).passing(failsafes + others) == failsafes)
            #expect(try TrapCluster(Self.open).passing(failsafes + others) == failsafes + others)
            #expect(try TrapCluster().passing(failsafes + others) == failsafes + others)
        }

        @Test("T35: failsafe ports come before policy, but not on the way through")
        func t35() throws {
            let packets = [
                "203.0.113.9 -> node/n1 TCP 22", "203.0.113.9 -> node/n1 TCP 23", "203.0.113.9 -> a/web TCP 22",
            ]
            let deny = Self.ingress("action: Deny")
            #expect(
                try TrapCluster(Self.open, Self.policy("deny", deny)).passing(packets) == [packets[0], packets[2]])
            #expect(
                try TrapCluster(Self.open, Self.policy("deny", deny + ", applyOnForward: true")).passing(packets)
                    == [packets[0]])
            #expect(
                try TrapCluster(Self.open, Self.policy("deny", deny), Manifest.felix("failsafeInboundHostPorts: []"))
                    .passing(packets) == [packets[2]])
        }

        // MARK: What passes through

        @Test("T36: without applyOnForward a policy leaves forwarded packets alone, but not pods")
        func t36() throws {
            let packets = [Self.toNode, Self.toPod]
            let deny = Self.ingress("action: Deny")
            #expect(try TrapCluster(Self.open, Self.policy("deny", deny)).passing(packets) == [packets[1]])
            #expect(
                try TrapCluster(Self.open, Self.policy("deny", deny + ", applyOnForward: true")).passing(packets) == [])
            let everywhere = TrapCluster(Self.open, Manifest.global("deny", "selector: all(), \(deny)"))
            #expect(try everywhere.passing(packets) == [])
            #expect(try everywhere.reason(Self.toPod).hasPrefix("ingress of a/web: denied by gnp/deny ingress[0]"))
        }

        @Test("T37: a host endpoint without forward policy forwards all but what is invalid")
        func t37() throws {
            let packets = [Self.toPod, "a/web -> 203.0.113.9 TCP 80", Self.toNode]
            #expect(try TrapCluster(Self.bare).passing(packets) == Array(packets[..<2]))
            let one = Self.policy("one", "applyOnForward: true, " + Self.ingress("action: Allow, protocol: UDP"))
            #expect(try TrapCluster(Self.bare, one).passing(packets) == [packets[1]])
            // The answer to nothing, between two outside addresses: without host endpoint it would pass.
            let stray = TrapConversation("203.0.113.9 -> 198.51.100.7 TCP 80 @n1")
            #expect(try stray.passes(.init(TrapCluster(Self.bare), .answers)) == [false])
            #expect(try stray.passes(.init(TrapCluster(), .answers)) == [true])
            #expect(try stray.passes(.init(TrapCluster(Self.bare), .opens, .answers)) == [true, true])
        }

        // MARK: preDNAT and untracked

        @Test("T38: preDNAT policy sees the original destination, of new flows alone, and denies nothing by default")
        func t38() throws {
            let packets = ["203.0.113.9 -> node/n1 TCP 30080", "203.0.113.9 -> a/web TCP 8080"]
            func deny(_ port: Int, _ kind: String) -> String {
                Self.policy(
                    "deny",
                    kind + ", " + Self.ingress("action: Deny, protocol: TCP, destination: {ports: [\(port)]}"))
            }
            func world(_ policy: String) -> TrapCluster { TrapCluster(Self.bare, policy, Manifest.webService()) }
            let preDNAT = "applyOnForward: true, preDNAT: true"
            #expect(try world(deny(30080, preDNAT)).passing(packets) == [packets[1]])
            #expect(try world(deny(8080, preDNAT)).passing(packets) == [packets[0]])
            let opened = Self.policy(
                "open", "order: 100, applyOnForward: true, " + Self.ingress("action: Allow, source: {}"))
            for (port, expected) in [(30080, packets), (8080, [])] {
                let forward = deny(port, "order: 1, applyOnForward: true")
                #expect(
                    try TrapCluster(Self.bare, forward, opened, Manifest.webService()).passing(packets) == expected)
            }
            let silent = Self.policy("one", preDNAT + ", " + Self.ingress("action: Allow, protocol: UDP"))
            #expect(try TrapCluster(Self.open, silent).passing([Self.toNode, Self.toPod]).count == 2)

            let before = TrapCluster(Self.bare)
            let after = TrapCluster(Self.bare, deny(8080, preDNAT))
            let running = TrapConversation(packets[1])
            #expect(
                try running.passes(.init(before, .opens, .answers), .init(after, .goesOn)) == [true, true, true])
            #expect(try running.passes(.init(after, .opens)) == [false])
            #expect(
                TrapCluster(Self.policy("out", preDNAT + ", types: [Ingress, Egress], egress: [{action: Allow}]"))
                    .errors == ["spec.types: forbidden", "spec.egress: forbidden"])
        }

        @Test("T39: doNotTrack needs rules for both directions, and is ignored on the * endpoint")
        func t39() throws {
            let conversation = TrapConversation(Self.toNode)
            let kind = "applyOnForward: true, doNotTrack: true"
            let incoming = "types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]"
            let both =
                incoming.replacing("[Ingress]", with: "[Ingress, Egress]")
                + ", egress: [{action: Allow, protocol: TCP, source: {ports: [80]}}]"
            func passes(_ endpoint: String, _ spec: String, of kinds: String) throws -> [Bool] {
                let policy = Self.policy("untracked", "\(kind), \(spec)", of: kinds)
                return try conversation.passes(.init(TrapCluster(endpoint, policy), .opens, .answers))
            }
            #expect(try passes(Self.bare, incoming, of: "host") == [true, false])
            #expect(try passes(Self.bare, both, of: "host") == [true, true])
            #expect(try passes(Self.star, both, of: "star") == [false, false])
            let tracked = Self.policy("tracked", incoming)
            #expect(
                try conversation.passes(.init(TrapCluster(Self.bare, tracked), .opens, .answers)) == [true, true])
        }

        @Test("T63: preDNAT policy of the * endpoint reaches interfaces whose own one has none")
        func t63() throws {
            func preDNAT(_ name: String, _ rule: String, of kind: String) -> String {
                Self.policy(name, "applyOnForward: true, preDNAT: true, \(Self.ingress(rule))", of: kind)
            }
            let deny = preDNAT("deny", "action: Deny", of: "star")
            #expect(try TrapCluster(Self.open, Self.star, deny).passing([Self.toNode, Self.toPod]) == [])
            let own = preDNAT("own", "action: Pass", of: "host")
            #expect(try TrapCluster(Self.open, Self.star, deny, own).passing([Self.toNode, Self.toPod]).count == 2)
            // Normal policy of the `*` endpoint stays off that interface.
            let normal = Self.policy("deny", Self.ingress("action: Deny"), of: "star")
            #expect(try TrapCluster(Self.open, Self.star, normal).passing([Self.toNode]) == [Self.toNode])
        }

        @Test("T67: preDNAT failsafes cover what is only passing through")
        func t67() throws {
            let packets = [6443, 6444].map { "203.0.113.9 -> a/web TCP \($0)" }
            let deny = Self.policy(
                "deny",
                "applyOnForward: true, preDNAT: true, "
                    + Self.ingress("action: Deny, protocol: TCP, destination: {ports: [\"6443:6444\"]}"))
            #expect(try TrapCluster(Self.bare, deny).passing(packets) == [packets[0]])
            #expect(
                try TrapCluster(Self.bare, deny, Manifest.felix("failsafeInboundHostPorts: []")).passing(packets) == [])
            let forward = Self.policy(
                "deny",
                "applyOnForward: true, " + Self.ingress("action: Deny, protocol: TCP, destination: {ports: [6443]}"))
            #expect(try TrapCluster(Self.bare, forward).passing([packets[0]]) == [])
        }
    }
}

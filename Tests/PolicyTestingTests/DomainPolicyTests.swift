import Classification
import Diagnostics
import NetTypes
import PolicyIR
import PolicyTesting
import Resources
import TestSupport
import Testing
import Workspace

/// `destination.domains` with a mapping file, in every engine.
@Suite struct DomainPolicyTests {
    private func cluster(_ policies: String, _ mapping: String) -> TrapCluster {
        TrapCluster(
            LoadedInputs.load(
                texts: [(name: "trap.yaml", bytes: Array("\(policies)\n---\n\(TrapCluster.world)".utf8))],
                mapping: (name: "d.yaml", bytes: Array(mapping.utf8)), options: ResolveOptions(whatIf: false),
                edition: EditionInputs(.enterprise)))
    }

    private func allow(_ domains: String, ports: String = "") -> String {
        """
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: names}
        spec: {selector: app == 'web', types: [Egress], egress: [
         {action: Allow, protocol: TCP, destination: {domains: [\(domains)]\(ports)}}]}
        """
    }

    private static let mapping = """
        API.example.com.: [203.0.113.5, {address: 203.0.113.6, ttl: 60}]
        a.b.example.org: [203.0.113.7]
        example.org: [203.0.113.8]
        db.internal: [10.0.1.1]
        """

    private static let packets = (5...9).map { "a/web -> 203.0.113.\($0) TCP 443" }

    @Test func exactNamesAndWildcards() throws {
        let exact = cluster(allow("api.EXAMPLE.com"), Self.mapping)
        #expect(try exact.passing(Self.packets) == Array(Self.packets[0...1]))
        let wild = cluster(allow("'*.example.org'"), Self.mapping)
        #expect(try wild.passing(Self.packets) == [Self.packets[2]])
        let several = cluster(allow("'*.example.org', example.org, api.example.com"), Self.mapping)
        #expect(try several.passing(Self.packets) == Array(Self.packets[0...3]))
        let top = cluster(allow("'*.org'"), Self.mapping)
        #expect(try top.passing(Self.packets) == Array(Self.packets[2...3]))
    }

    @Test func portsStandBesideThem() throws {
        let cluster = cluster(allow("example.org", ports: ", ports: [443]"), Self.mapping)
        let packets = ["a/web -> 203.0.113.8 TCP 443", "a/web -> 203.0.113.8 TCP 80", "a/web -> 203.0.113.8 UDP 443"]
        #expect(try cluster.passing(packets) == [packets[0]])
    }

    @Test("A name may be a pod's: its egress is open, its own ingress policy still judges")
    func namesOfPods() throws {
        let cluster = cluster(allow("db.internal"), Self.mapping)
        #expect(try cluster.passing(["a/web -> a/db TCP 80", "a/web -> b/client TCP 80"]) == ["a/web -> a/db TCP 80"])
    }

    @Test func theReasonNamesTheName() throws {
        let cluster = cluster(allow("api.example.com"), Self.mapping)
        #expect(
            try cluster.reason(Self.packets[1]).hasSuffix(
                "(trap.yaml:5): 203.0.113.6 is mapped to api.example.com (d.yaml:1), TTL 60 s"))
        #expect(try cluster.reason(Self.packets[3]).contains("isolated by gnp/names"))
    }

    @Test func namesWithoutAddressMatchNothingAndAreTold() throws {
        let cluster = cluster(allow("api.example.com, gone.example.com, '*.gone.org'"), Self.mapping)
        #expect(try cluster.passing(Self.packets) == Array(Self.packets[0...1]))
        let warnings = cluster.inputs.diagnostics.filter { $0.id == "unknown-domain" }
        #expect(
            warnings.map(\.message) == [
                "no address known for gone.example.com: it matches nothing",
                "no address known for *.gone.org: it matches nothing",
            ])
        #expect(warnings.allSatisfy { $0.location?.line == 5 })
        #expect(try self.cluster(allow("gone.example.com"), "").passing(Self.packets) == [])
    }

    @Test func stagedPoliciesShowWhatTheyWouldDo() throws {
        let staged = allow("api.example.com").replacing("kind: Global", with: "kind: StagedGlobal")
        let cluster = cluster(staged, Self.mapping)
        #expect(try cluster.passing(Self.packets) == Self.packets)
        #expect(try cluster.preview().passing(Self.packets) == Array(Self.packets[0...1]))
    }

    @Test("Equal lists of names share one set, different ones don't though their members are equal")
    func setsAreByName() {
        let policies = [
            allow("api.example.com, example.org"), allow("example.org, api.example.com"), allow("api.example.com"),
        ].enumerated().map { $1.replacing("name: names", with: "name: names\($0)") }
        let cluster = cluster(policies.joined(separator: "\n---\n"), "")
        #expect(cluster.inputs.tree.domainSets.map(\.domains.patterns.count) == [2, 1])
        #expect(cluster.inputs.tree.verify() == [])
    }

    @Test(
        "What is wrong with a mapping is told where it stands",
        arguments: [
            ("a.b: [1.2.3]", "1:7"), ("'*.b': [1.2.3.4]", "1:1"), ("a.b: 1.2.3.4", "1:6"), ("- a.b", "1:1"),
            ("a.b:\n- {address: 1.2.3.4, ttl: 0}", "2:27"), ("a.b:\n- {address: 1.2.3.4, ttl: soon}", "2:27"),
            ("a.b:\n- {addr: 1.2.3.4}", "2:4"), ("a.b:\n- {ttl: 5}", "2:3"), ("a.b: [7]", "1:7"),
            ("a.b: [1.2.3.4", "2:1"), ("{\"a.b\": [\"1.2.3.4\", true]}", "1:21"),
        ])
    func mappingErrors(_ text: String, _ place: String) throws {
        let inputs = cluster(allow("api.example.com"), text).inputs
        let error = try #require(inputs.diagnostics.first { $0.severity == .error })
        let location = try #require(error.location)
        #expect(inputs.sources.path(location.file) == "d.yaml")
        #expect("\(location.line):\(location.column)" == place)
    }

    /// Random names, addresses and rules: the three engines that need no kernel say the same of every address.
    @Test(arguments: 1...12) func enginesAgree(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let labels = ["a", "b", "c"]
        func name(_ wild: Bool) -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
                wild && Int.random(in: 0..<3, using: &random) == 0 ? "*" : labels.randomElement(using: &random) ?? "a"
            }.joined(separator: ".") + ".x"
        }
        let mapping = (0..<12).map { _ in
            "\(name(false)): [203.0.113.\(Int.random(in: 1...9, using: &random))]"
        }.joined(separator: "\n")
        let policies = (0..<4).map { index in
            let names = (0..<Int.random(in: 1...3, using: &random)).map { _ in "'\(name(true))'" }
            let distinct = Set(names).sorted().joined(separator: ", ")
            return allow(distinct, ports: ", ports: [\(Int.random(in: 80...82, using: &random))]")
                .replacing("name: names", with: "name: names\(index)")
        }.joined(separator: "\n---\n")
        let inputs = cluster(policies, mapping).inputs
        #expect(!inputs.diagnostics.hasErrors, "seed \(seed)")
        let packets = (1...9).flatMap { address in
            (80...82).map { "a/web -> 203.0.113.\(address) TCP \($0)" }
        }
        _ = try TrapCluster(inputs).passing(packets)
    }
}

import Classification
import NetTypes
import PacketDecoding
import PolicyIR
import Resources
import TestSupport
import Testing
import Workspace

@testable import TraceReplay

/// DNS answers of a trace open what `destination.domains` allows, from their packet on until their time is over.
@Suite struct DomainReplayTests {
    /// ns/app 10.0.0.1 on n1 and ns/far 10.0.1.1 on n2 may ask names and reach api.example.com and *.example.org;
    /// ns/deaf 10.0.0.2 on n1 hears nobody but may say the same.
    private static let manifests = """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: names, namespace: ns}
        spec:
          types: [Egress]
          egress:
          - {action: Allow, protocol: UDP, destination: {ports: [53]}}
          - {action: Allow, protocol: TCP, destination: {domains: [api.example.com, '*.example.org']}}
        ---
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: deaf, namespace: ns}
        spec: {selector: app == 'deaf', types: [Ingress]}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: app, namespace: ns}, \
        spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.0.1}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: deaf, namespace: ns, labels: {app: deaf}}, \
        spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.0.2}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: far, namespace: ns}, \
        spec: {nodeName: n2, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.1.1}}
        """

    private static func inputs(mapping: String = "") -> LoadedInputs {
        LoadedInputs.load(
            texts: [(name: "m.yaml", bytes: Array(manifests.utf8))],
            mapping: (name: "d.yaml", bytes: Array(mapping.utf8)), options: ResolveOptions(whatIf: false),
            edition: EditionInputs(.enterprise))
    }

    private static let five = IPAddress(v4: 0xcb00_7105)

    private static func answer(_ message: [UInt8], to pod: String, from port: UInt16 = 53) throws -> [UInt8] {
        var key = FlowKey.tcp("198.51.100.53", port, pod, 5000)
        key.proto = .udp
        var options = PacketOptions()
        options.payload = message
        return try PacketEncoding.packet(key, options)
    }

    private static func answer(
        _ name: String, _ address: IPAddress = five, timeToLive: UInt32, to pod: String = "10.0.0.1"
    ) throws -> [UInt8] {
        try answer(DNSMessage(name, [.address(name, address, timeToLive: timeToLive)]).bytes, to: pod)
    }

    private static func syn(
        _ from: UInt16, pod: String = "10.0.0.1", to address: String = "203.0.113.5"
    ) throws -> [UInt8] {
        try FrameBuilder.tcp(.tcp(pod, from, address, 443))
    }

    private func verdicts(_ feed: FrameFeed) -> [String] { feed.rows.map(\.outcome.verdict.word) }

    @Test("Denied before the answer, allowed after it, denied when its time is over")
    func answersOpenAndLapse() throws {
        let tree = Self.inputs().tree
        var feed = FrameFeed(tree, .raw)
        feed.send(try Self.syn(4000), at: 1)
        feed.send(try Self.answer("API.example.com", timeToLive: 60), at: 2)
        feed.send(try Self.syn(4001), at: 2)
        feed.send(try Self.syn(4002), at: 61)
        feed.send(try Self.syn(4003), at: 62)
        #expect(verdicts(feed) == ["deny", "allow", "allow", "allow", "deny"])
        let evidence = feed.rows.map { $0.outcome.domain?.description }
        let sentence = "203.0.113.5 answered for api.example.com in frame 2, TTL 60 s"
        #expect(evidence == [nil, nil, sentence, sentence, sentence + ", which was over"])
        let report = try #require(feed.engine.domainReport)
        #expect(report.uses.map(\.packets) == [2, 1])
        #expect(report.uses.map(\.firstFrame) == [3, 5])
        #expect(report.unanswered == ["*.example.org"])
        var cells = PacketRowCells(tree)
        #expect(cells.columns.last == "domain")
        #expect(cells.cells(feed.rows[2]).last == sentence)
        var whole = feed.report(tree)
        whole.domains = report
        #expect(ReportText.render(whole).contains(sentence))
        #expect(ReportText.render(whole).contains("no address known for *.example.org"))
        #expect(ReportJSON.render(whole).contains("\"answeredInFrame\": 2"))
        #expect(ReportCSV.render(whole).contains("\ndomain,2,allow,"))
    }

    @Test("A later answer prolongs, a shorter one does not shorten")
    func prolonged() throws {
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer("api.example.com", timeToLive: 60), at: 0)
        feed.send(try Self.answer("api.example.com", timeToLive: 1), at: 10)
        feed.send(try Self.syn(4000), at: 59)
        feed.send(try Self.answer("api.example.com", timeToLive: 60), at: 59)
        feed.send(try Self.syn(4001), at: 118)
        feed.send(try Self.syn(4002), at: 119)
        #expect(verdicts(feed) == ["allow", "allow", "allow", "allow", "allow", "deny"])
        #expect(feed.rows[4].outcome.domain?.record.origin == .answer(frame: 4))
    }

    @Test("An address of two names stays while one of them holds it")
    func twoNames() throws {
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer("api.example.com", timeToLive: 10), at: 0)
        feed.send(try Self.answer("cdn.example.org", timeToLive: 20), at: 0)
        feed.send(try Self.syn(4000), at: 15)
        feed.send(try Self.syn(4001), at: 20)
        #expect(verdicts(feed) == ["allow", "allow", "allow", "deny"])
        #expect(feed.rows[2].outcome.domain?.record.name == "cdn.example.org")
    }

    @Test("Each node knows what it saw, and only what policy let through to a pod")
    func whoLearns() throws {
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer("api.example.com", timeToLive: 60, to: "10.0.0.2"))
        feed.send(try Self.syn(4000))
        feed.send(try Self.answer("api.example.com", timeToLive: 60, to: "10.0.1.1"))
        feed.send(try Self.syn(4001))
        feed.send(try Self.syn(4002, pod: "10.0.1.1"))
        feed.send(try Self.answer("api.example.com", timeToLive: 60))
        feed.send(try Self.syn(4003, pod: "10.0.0.2"))
        #expect(verdicts(feed) == ["deny", "deny", "allow", "deny", "allow", "allow", "allow"])
    }

    @Test("Names of nobody's rules, other ports and no time to live teach nothing")
    func whatTeachesNothing() throws {
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer("example.org", timeToLive: 60))
        feed.send(try Self.answer("api.example.com", timeToLive: 0))
        let message = DNSMessage("api.example.com", [.address("api.example.com", Self.five, timeToLive: 60)])
        feed.send(try Self.answer(message.bytes, to: "10.0.0.1", from: 5353))
        var refused = message
        refused.flags = 0x8183
        feed.send(try Self.answer(refused.bytes, to: "10.0.0.1"))
        feed.send(try Self.answer(message.bytes.dropLast(2), to: "10.0.0.1"))
        feed.send(try Self.syn(4000))
        #expect(verdicts(feed).last == "deny")
        #expect(feed.engine.domainReport?.brokenAnswers == 1)
    }

    @Test("Of an answer that the snapshot length cut, the whole records count")
    func cutAnswers() throws {
        let message = DNSMessage(
            "api.example.com",
            [
                .address("api.example.com", Self.five, timeToLive: 60),
                .address("api.example.com", IPAddress(v4: 1), timeToLive: 60),
            ])
        let whole = try Self.answer(message.bytes, to: "10.0.0.1")
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(Array(whole.dropLast(3)), originalLength: whole.count)
        feed.send(try Self.syn(4000))
        #expect(verdicts(feed).last == "allow")
        #expect(feed.engine.domainReport?.brokenAnswers == 0)
    }

    @Test("Addresses behind aliases, and IPv6 in an IPv4 answer, count for the asked name")
    func aliases() throws {
        let message = DNSMessage(
            "api.example.com",
            [
                .alias("api.example.com", "edge.cdn.net", timeToLive: 30),
                .address("edge.cdn.net", Self.five, timeToLive: 300),
            ])
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer(message.bytes, to: "10.0.0.1"), at: 0)
        feed.send(try Self.syn(4000), at: 29)
        feed.send(try Self.syn(4001), at: 30)
        #expect(verdicts(feed) == ["allow", "allow", "deny"])
        #expect(feed.rows[1].outcome.domain?.record.timeToLive == 30)
    }

    @Test("Mapped addresses are members from the start, and stay when an answer for them lapses")
    func mapping() throws {
        var feed = FrameFeed(Self.inputs(mapping: "api.example.com: [203.0.113.5]").tree, .raw)
        feed.send(try Self.syn(4000), at: 0)
        feed.send(try Self.answer("api.example.com", timeToLive: 5), at: 1)
        feed.send(try Self.syn(4001), at: 10)
        #expect(verdicts(feed) == ["allow", "allow", "allow"])
        #expect(
            feed.rows[0].outcome.domain?.description == "203.0.113.5 is mapped to api.example.com (d.yaml:1)")
    }

    @Test("An established connection outlives the answer")
    func establishedConnections() throws {
        var feed = FrameFeed(Self.inputs().tree, .raw)
        feed.send(try Self.answer("api.example.com", timeToLive: 5), at: 0)
        feed.send(try Self.syn(4000), at: 1)
        feed.send(try FrameBuilder.tcp(.tcp("203.0.113.5", 443, "10.0.0.1", 4000), [.syn, .ack]), at: 2)
        feed.send(try FrameBuilder.tcp(.tcp("10.0.0.1", 4000, "203.0.113.5", 443), .ack), at: 20)
        #expect(verdicts(feed) == ["allow", "allow", "allow", "allow"])
    }

    @Test("More names than there is room for: the one that lapses first goes, and is counted")
    func capacity() throws {
        var settings = ReplaySettings()
        settings.judging.domainCapacity = 2
        var feed = FrameFeed(Self.inputs().tree, .raw, settings: settings)
        for (index, timeToLive) in [(1, 50), (2, 10), (3, 30)] as [(UInt32, UInt32)] {
            feed.send(
                try Self.answer("n\(index).example.org", IPAddress(v4: 0xc612_0000 + index), timeToLive: timeToLive),
                at: 0)
        }
        for index in 1...3 { feed.send(try Self.syn(4000, to: "198.18.0.\(index)"), at: 1) }
        #expect(verdicts(feed).suffix(3) == ["allow", "deny", "allow"])
        #expect(feed.engine.domainReport?.forgottenAddresses == 1)
    }

    @Test("Without such rules nothing is read and nothing told")
    func otherClusters() throws {
        var feed = FrameFeed(ReplayWorld().tree, .raw)
        feed.send(try Self.answer("api.example.com", timeToLive: 60))
        #expect(feed.engine.domainReport == nil)
    }
}

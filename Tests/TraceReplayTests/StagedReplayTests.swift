import Classification
import Explain
import Foundation
import NetTypes
import PacketDecoding
import Testing
import Workspace

@testable import TraceReplay

/// Enforced and staged verdicts side by side, from one pass, each with its own connections.
@Suite struct StagedReplayTests {
    /// Pods ns/a 10.0.0.1 and ns/b 10.0.0.2 on n1. `b` lets `a` in at TCP 80 (line 5) and 81 (line 6); `policies` come first.
    private func world(_ policies: String) -> LoadedInputs {
        let text = """
            \(policies)
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: ns, labels: {app: a}}, \
            spec: {nodeName: n1, containers: [{name: c, image: i}]}, status: {phase: Running, podIP: 10.0.0.1}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: ns, labels: {app: b}}, \
            spec: {nodeName: n1, containers: [{name: c, image: i}]}, status: {phase: Running, podIP: 10.0.0.2}}
            """
        return LoadedInputs.load(texts: [(name: "ns.yaml", bytes: Array(text.utf8))], whatIf: false)
    }

    private static let enforced = """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: web, namespace: ns}
        spec: {selector: app == 'b', ingress: [
         {action: Allow, protocol: TCP, destination: {ports: [80]}},
         {action: Allow, protocol: TCP, destination: {ports: [81]}}]}
        """
    private static let staged = """
        apiVersion: projectcalico.org/v3
        kind: StagedNetworkPolicy
        metadata: {name: web, namespace: ns}
        spec: {selector: app == 'b', ingress: [
         {action: Deny, protocol: TCP, destination: {ports: [80]}},
         {action: Allow, protocol: TCP}]}
        """
    private static let both = "\(enforced)\n---\n\(staged)"

    private func feed(_ inputs: LoadedInputs, _ frames: [(FlowKey, TCPFlags)]) throws -> (FrameFeed, MatchTree?) {
        let preview = inputs.enforcingStaged()?.tree
        var feed = FrameFeed(inputs.tree, preview: preview, .raw)
        for (key, flags) in frames { feed.send(try FrameBuilder.tcp(key, flags)) }
        feed.finish()
        return (feed, preview)
    }

    private func handshake(_ port: UInt16, from source: UInt16 = 4000) -> [(FlowKey, TCPFlags)] {
        let asked = FlowKey.tcp("10.0.0.1", source, "10.0.0.2", port)
        let answer = FlowKey.tcp("10.0.0.2", port, "10.0.0.1", source)
        return [(asked, .syn), (answer, [.syn, .ack]), (asked, .ack)]
    }

    /// `allow new RULE | deny new RULE` of each row.
    private func texts(_ feed: FrameFeed, _ now: MatchTree, _ preview: MatchTree?) -> [String] {
        feed.rows.map { row in
            func text(_ outcome: PacketOutcome?, _ tree: MatchTree?) -> String {
                guard let outcome, let tree else { return "-" }
                let code = outcome.step.map { Decision(tree, $0).code.rawValue } ?? outcome.unjudged?.word ?? ""
                return "\(outcome.verdict.word) \(outcome.state?.word ?? "") \(code)"
            }
            return "\(text(row.outcome, now)) | \(text(row.staged, preview))"
        }
    }

    @Test("A SYN that only the preview denies makes its answer invalid there, and established here")
    func eachSideHasItsOwnConnections() throws {
        let inputs = world(Self.both)
        let (feed, preview) = try feed(inputs, handshake(80) + handshake(81))
        #expect(
            texts(feed, inputs.tree, preview) == [
                "allow new RULE | deny new RULE", "allow established CT_ESTABLISHED | deny invalid CT_INVALID",
                "allow established CT_ESTABLISHED | deny new RULE", "allow new RULE | allow new RULE",
                "allow established CT_ESTABLISHED | allow established CT_ESTABLISHED",
                "allow established CT_ESTABLISHED | allow established CT_ESTABLISHED",
            ])
    }

    @Test("The enforced side is the same with and without a preview")
    func thePreviewChangesNothingEnforced() throws {
        let frames = handshake(80) + handshake(81) + handshake(82)
        let (with, _) = try feed(world(Self.both), frames)
        let (without, preview) = try feed(world(Self.enforced), frames)
        #expect(preview == nil && without.rows.allSatisfy { $0.staged == nil })
        #expect(with.rows.map(\.outcome.verdict) == without.rows.map(\.outcome.verdict))
        #expect(with.rows.map(\.outcome.state) == without.rows.map(\.outcome.state))
    }

    @Test func theReportListsFlowsByStagedPolicy() throws {
        let inputs = world(
            Self.both + "\n---\n" + """
                {apiVersion: projectcalico.org/v3, kind: StagedGlobalNetworkPolicy, metadata: {name: quiet}, \
                spec: {selector: app == 'none'}}
                """)
        let (feed, preview) = try feed(
            inputs, handshake(80) + handshake(81) + handshake(80, from: 4001) + handshake(90))
        let staged = try #require(feed.report(inputs.tree, preview: preview).staged)
        #expect(staged.verdicts.allow == 6 && staged.verdicts.deny == 6)
        #expect(staged.changedPackets == 9 && staged.changedFlows == 2)
        #expect(staged.changes.deny == 6 && staged.changes.allow == 3)
        #expect(staged.unfelt.map(\.description) == ["sgnp/quiet"])
        let group = try #require(staged.groups.first)
        #expect(staged.groups.count == 1)
        #expect(group.policies.map(\.description) == ["snp/ns/web"] && group.sources == ["ns.yaml:8"])
        #expect(
            group.flows.map(text) == [
                "1 6 ns/a ns/b:80: allow RULE ns.yaml:5 → deny RULE ns.yaml:12 x2, "
                    + "allow CT_ESTABLISHED → deny RULE ns.yaml:12 x2, allow CT_ESTABLISHED → deny CT_INVALID x2",
                "10 3 ns/a ns/b:90: deny END_OF_TIER_DROP ns.yaml:1 → allow RULE ns.yaml:13 x1, "
                    + "deny CT_INVALID → allow CT_ESTABLISHED x1, "
                    + "deny END_OF_TIER_DROP ns.yaml:1 → allow CT_ESTABLISHED x1",
            ])
    }

    /// `1 6 ns/a ns/b:80: allow RULE ns.yaml:5 → deny RULE ns.yaml:12 x2, …`
    private func text(_ flow: StagedReport.Flow) -> String {
        let changes = flow.changes.map { "\(text($0.now)) → \(text($0.staged)) x\($0.packets)" }
        return "\(flow.firstFrame) \(flow.packets) \(flow.flow.source) \(flow.flow.destinationText): "
            + changes.joined(separator: ", ")
    }

    private func text(_ side: StagedReport.Side) -> String {
        ([side.verdict.word, side.decision?.code.rawValue ?? ""] + (side.decision?.sources ?? []))
            .joined(separator: " ")
    }

    @Test("A deletion is answerable for what the deleted policy decided")
    func deletionsAreFound() throws {
        let delete = """
            {apiVersion: projectcalico.org/v3, kind: StagedNetworkPolicy, metadata: {name: web, namespace: ns}, \
            spec: {stagedAction: Delete}}
            """
        let inputs = world(Self.enforced + "\n---\n" + delete)
        let (feed, preview) = try feed(inputs, handshake(90))
        let staged = try #require(feed.report(inputs.tree, preview: preview).staged)
        #expect(staged.groups.map { $0.policies.map(\.description) } == [["snp/ns/web"]])
        #expect(staged.groups.first?.sources == ["ns.yaml:8"])
        #expect(staged.groups.first?.flows.first?.changes.first?.staged.decision?.code == .noPolicy)
    }

    @Test("A staged Pass is answerable for what the next tier decides")
    func passesAreFound() throws {
        let inputs = world(
            """
            \(Self.enforced)
            ---
            {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: late}, spec: {order: 2000000}}
            ---
            {apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: late.no, namespace: ns}, \
            spec: {tier: late, selector: app == 'b'}}
            ---
            {apiVersion: projectcalico.org/v3, kind: StagedGlobalNetworkPolicy, metadata: {name: pass}, \
            spec: {order: 1, selector: app == 'b', ingress: [{action: Pass}]}}
            """)
        let (feed, preview) = try feed(inputs, handshake(80))
        let staged = try #require(feed.report(inputs.tree, preview: preview).staged)
        #expect(staged.groups.map { $0.policies.map(\.description) } == [["sgnp/pass"]])
    }

    @Test("Copies repeat both verdicts, and change nothing twice")
    func copiesRepeatBothVerdicts() throws {
        let inputs = world(Self.both)
        let preview = try #require(inputs.enforcingStaged()).tree
        var feed = FrameFeed(inputs.tree, preview: preview, .linuxCookedV2)
        let key = FlowKey.tcp("10.0.0.1", 4000, "10.0.0.2", 80)
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key), interface: 3, .host))
        feed.send(FrameBuilder.cooked(try FrameBuilder.tcp(key, timeToLive: 63), interface: 4, .outgoing))
        feed.finish()
        #expect(feed.rows.map(\.copyOf) == [nil, 1])
        #expect(feed.rows.map(\.staged?.verdict) == [.deny, .deny])
        #expect(feed.report(inputs.tree, preview: preview).staged?.changedPackets == 1)
    }

    @Test func aFullListIsCounted() throws {
        let inputs = world(Self.both)
        let (feed, preview) = try feed(inputs, handshake(80) + handshake(90))
        var tally = ReplayTally(inputs.tree, limit: 1)
        for row in feed.rows { tally.count(row) }
        let report = ReplayReport(
            tally, inputs.tree, preview: preview, capture: feed.report(inputs.tree).capture, losses: ReplayLosses())
        #expect(report.staged?.changedPackets == 6 && report.staged?.changedFlows == 1)
        #expect(report.staged?.unlisted == 3)
        #expect(ReportText.render(report).contains("… and 3 more changed packets beyond the limit of this list"))
    }

    @Test func partsMergeToTheWhole() throws {
        let inputs = world(Self.both)
        let (feed, preview) = try feed(inputs, handshake(80) + handshake(90))
        var tally = feed.engine.tally
        tally.merge(feed.engine.tally)
        let capture = feed.report(inputs.tree).capture
        let doubled = ReplayReport(tally, inputs.tree, preview: preview, capture: capture, losses: ReplayLosses())
        let once = try #require(feed.report(inputs.tree, preview: preview).staged)
        #expect(doubled.staged?.changedPackets == 2 * once.changedPackets)
        #expect(doubled.staged?.groups.map(\.packets) == once.groups.map { 2 * $0.packets })
        #expect(doubled.staged?.verdicts.total == 2 * once.verdicts.total)
    }

    // MARK: What is printed

    @Test func renderingsTellBothSides() throws {
        let inputs = world(Self.both)
        let (feed, preview) = try feed(inputs, handshake(80))
        let report = feed.report(inputs.tree, preview: preview)
        let text = ReportText.render(report)
        #expect(
            text.contains(
                "Staged policies would change 3 packets of 1 flow: would deny 3, would allow 0; verdicts then: deny 3\n"
            ))
        #expect(text.contains("  snp/ns/web (ns.yaml:8)\n"))
        #expect(
            text.contains(
                "now     allow    RULE ingress of ns/b: allowed by np/ns/web ingress[0], tier default (ns.yaml:5)"))
        #expect(
            text.contains(
                "staged  deny     RULE ingress of ns/b: denied by snp/ns/web ingress[0], tier default (ns.yaml:12)"))

        let object = try JSONSerialization.jsonObject(with: Data(ReportJSON.render(report).utf8)) as? [String: Any]
        let staged = try #require(object?["staged"] as? [String: Any])
        #expect(staged["changedPackets"] as? Int == 3)
        let groups = try #require(staged["groups"] as? [[String: Any]])
        #expect(groups[0]["policies"] as? [String] == ["snp/ns/web"])

        let lines = ReportCSV.render(report).split(separator: "\n")
        let columns = ReportCSV.columns + ReportCSV.stagedColumns
        #expect(lines.first.map(String.init) == columns.joined(separator: ","))
        for line in lines { #expect(line.filter { $0 == "," }.count == columns.count - 1) }
        #expect(lines.contains { $0.hasPrefix("staged-change,1,allow,,RULE,ingress,default,np/ns/web,0,ns.yaml:5,") })
        #expect(lines.contains { $0.hasSuffix(",deny,RULE,ingress,default,snp/ns/web,0,ns.yaml:12,,ns/b,snp/ns/web") })
    }

    @Test func withoutStagedPoliciesNothingIsAdded() throws {
        let inputs = world(Self.enforced)
        let (feed, preview) = try feed(inputs, handshake(80))
        let report = feed.report(inputs.tree, preview: preview)
        #expect(report.staged == nil)
        #expect(!ReportText.render(report).contains("Staged"))
        #expect(!ReportJSON.render(report).contains("\"staged\""))
        #expect(ReportCSV.render(report).hasPrefix(ReportCSV.columns.joined(separator: ",") + "\n"))
        #expect(!PacketListing(inputs.tree, preview: preview, form: .csv).head.contains("staged"))
    }

    @Test func packetRowsTellBothSides() throws {
        let inputs = world(Self.both)
        let (feed, preview) = try feed(inputs, handshake(80))
        var csv = PacketListing(inputs.tree, preview: preview, form: .csv)
        #expect(csv.head.hasSuffix(",copyOf,backends,\(PacketRowCells.stagedColumns.joined(separator: ","))\n"))
        #expect(
            feed.rows.map { csv.line($0) } == [
                "1,allow,new,ingress,default,np/ns/web,0,ns.yaml:5,RULE,,TCP,ns/a:4000,ns/b:80,,,"
                    + "deny,new,ingress,default,snp/ns/web,0,ns.yaml:12,RULE,,\n",
                "2,allow,established,egress,,,,,CT_ESTABLISHED,,TCP,ns/b:80,ns/a:4000,,,"
                    + "deny,invalid,egress,,,,,CT_INVALID,,\n",
                "3,allow,established,egress,,,,,CT_ESTABLISHED,,TCP,ns/a:4000,ns/b:80,,,"
                    + "deny,new,ingress,default,snp/ns/web,0,ns.yaml:12,RULE,,\n",
            ])
        var json = PacketListing(inputs.tree, preview: preview, form: .json)
        let object = try JSONSerialization.jsonObject(with: Data(json.line(feed.rows[0]).utf8)) as? [String: Any]
        #expect(object?["stagedVerdict"] as? String == "deny" && object?["stagedRule"] as? Int == 0)
        var wide = PacketListing(inputs.tree, preview: preview, form: .text)
        #expect(
            wide.line(feed.rows[0]).hasSuffix("np/ns/web[0] ns.yaml:5 | staged: deny RULE snp/ns/web[0] ns.yaml:12\n"))
    }
}

import Explain
import Foundation
import Matching
import NetTypes
import PacketDecoding
import Testing

@testable import TraceReplay

@Suite struct ReplayReportTests {
    private let world = ReplayWorld()

    /// Ten packets: allowed, denied by one policy and by two, undecided, nobody's, and what is no packet.
    private func feed(_ frames: Range<Int> = 0..<10) throws -> FrameFeed {
        let keys: [FlowKey] = [
            .tcp("10.0.0.1", 4000, "10.0.0.2", 80), .tcp("10.0.0.1", 4001, "10.0.0.2", 81),
            .tcp("10.0.0.1", 4002, "10.0.0.2", 81), .tcp("10.0.0.1", 4003, "10.0.1.2", 443),
            .tcp("10.0.0.1", 4004, "10.96.0.2", 80), .tcp("203.0.113.9", 4005, "203.0.113.8", 80),
            .tcp("203.0.113.9", 4006, "10.0.0.1", 80), .tcp("192.0.2.1", 4007, "10.0.0.2", 81),
            .tcp("10.0.0.1", 4008, "10.96.0.3", 80),
        ]
        var feed = FrameFeed(world.tree, .raw)
        for index in frames { feed.send(index < keys.count ? try FrameBuilder.tcp(keys[index]) : [0]) }
        feed.finish()
        return feed
    }

    @Test func listsWhatWasFound() throws {
        let report = try feed().report(world.tree)
        #expect(report.verdicts.allow == 3)
        #expect(report.verdicts.deny == 4)
        #expect(report.verdicts.undecided == 1)
        #expect(report.verdicts.unjudged == 2)
        #expect(
            report.deniedFlows.map { flow in
                "\(flow.firstFrame) \(flow.packets) \(flow.flow.source) \(flow.flow.destinationText) "
                    + flow.denials.map { "\($0.decision.code.rawValue) \($0.decision.sources)" }.joined()
            } == [
                "2 2 ns/a ns/b:81 END_OF_TIER_DROP [\"policies.yaml:5\"]",
                "4 1 ns/a ns/d:443 END_OF_TIER_DROP [\"policies.yaml:7\", \"policies.yaml:8\"]",
                "9 1 ns/a svc/ns/none:80 NO_BACKEND []",
            ])
        #expect(
            report.undecidedFlows.map { $0.backends.map { "\($0.name) \($0.verdict.word)" } } == [
                ["ns/c:80 allow", "ns/d:80 deny"]
            ])
        #expect(
            report.pairs.map { "\($0.source) \($0.destination) \($0.allow) \($0.deny) \($0.undecided)" } == [
                "203.0.113.9 ns/a 1 0 0", "node/n1 ns/b 1 0 0", "ns/a ns/b 1 2 0", "ns/a ns/d 0 1 0",
                "ns/a svc/ns/both 0 0 1", "ns/a svc/ns/none 0 1 0",
            ])
        #expect(report.states.map { "\($0.state) \($0.packets)" } == ["new 8"])
    }

    @Test func answersBelongToTheFlowOfTheirQuestion() {
        let question = FlowKey.tcp("10.0.0.1", 4000, "10.0.0.2", 80)
        let answer = FlowKey.tcp("10.0.0.2", 80, "10.0.0.1", 4000)
        #expect(FlowLabel(question) == FlowLabel(answer))
        #expect(FlowLabel(question).port == 80)
        let (a, b) = (question.source, question.destination)
        #expect(
            FlowLabel(.icmp(from: a, to: b, type: 8, code: 0)) == FlowLabel(.icmp(from: b, to: a, type: 0, code: 0)))
        #expect(
            FlowLabel(.icmp(from: a, to: b, type: 3, code: 1)) != FlowLabel(.icmp(from: b, to: a, type: 3, code: 1)))
    }

    @Test func partsMergeToTheWhole() throws {
        let whole = try feed()
        var front = try feed(0..<10).engine.tally
        front.merge(try feed(0..<10).engine.tally)
        let doubled = ReplayReport(front, world.tree, capture: whole.report(world.tree).capture, losses: ReplayLosses())
        let once = whole.report(world.tree)
        #expect(doubled.verdicts.total == 2 * once.verdicts.total)
        #expect(doubled.deniedFlows.map(\.packets) == once.deniedFlows.map { $0.packets * 2 })
        #expect(doubled.deniedFlows.map(\.firstFrame) == once.deniedFlows.map(\.firstFrame))
        #expect(doubled.decisions.map(\.packets) == once.decisions.map { $0.packets * 2 })
        #expect(doubled.pairs.map(\.allow) == once.pairs.map { $0.allow * 2 })
    }

    @Test func whatFindsItsListFullIsCounted() throws {
        var tally = ReplayTally(world.tree, limit: 1)
        let feed = try feed()
        for row in feed.rows { tally.count(row) }
        let report = ReplayReport(
            tally, world.tree, capture: feed.report(world.tree).capture, losses: ReplayLosses())
        #expect(report.deniedFlows.count == 1)
        #expect(report.unlistedDenied == 2)
        #expect(report.pairs.count == 1)
        #expect(report.unlistedPairs == 5)
        #expect(ReportText.render(report).contains("… and 2 more denied packets beyond the limit of this list"))
    }

    @Test func textNamesEveryIsolatingPolicyAndItsPlace() throws {
        let text = ReportText.render(try feed().report(world.tree))
        #expect(
            text.contains("ingress of ns/d: isolated by knp/ns/nothing, knp/ns/more, no rule of tier default matches"))
        #expect(text.contains("(policies.yaml:7, policies.yaml:8)"))
        #expect(text.contains("backends-differ: ns/c:80 allow, ns/d:80 deny"))
        #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }

    @Test func jsonIsWellFormedAndStable() throws {
        let report = try feed().report(world.tree)
        let text = ReportJSON.render(report)
        #expect(text == ReportJSON.render(try feed().report(world.tree)))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?["apiVersion"] as? String == "dataplane/v1")
        #expect(object?["kind"] as? String == "ReplayReport")
        #expect((object?["verdicts"] as? [String: Int]) == ["allow": 3, "deny": 4, "undecided": 1, "none": 2])
        #expect((object?["deniedFlows"] as? [[String: Any]])?.count == 3)
    }

    @Test func csvHasOneWidth() throws {
        let lines = ReportCSV.render(try feed().report(world.tree)).split(separator: "\n")
        #expect(lines.first.map(String.init) == ReportCSV.columns.joined(separator: ","))
        #expect(lines.contains("verdict,4,deny,,,,,,,,,,,,,,"))
        for line in lines { #expect(line.filter { $0 == "," }.count == ReportCSV.columns.count - 1) }
    }

    @Test func packetRowsSayWhatIssueFourAsksFor() throws {
        var listing = PacketListing(world.tree, form: .csv)
        let lines = try feed().rows.map { listing.line($0) }
        #expect(listing.head.hasPrefix("frame,verdict,state,direction,tier,policy,rule,source,"))
        #expect(
            lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).prefix(9).joined(separator: ",") }
                == [
                    "1,allow,new,ingress,default,knp/ns/web,0,policies.yaml:6,RULE",
                    "2,deny,new,ingress,default,knp/ns/web,,policies.yaml:5,END_OF_TIER_DROP",
                    "3,deny,new,ingress,default,knp/ns/web,,policies.yaml:5,END_OF_TIER_DROP",
                    "4,deny,new,ingress,default,knp/ns/nothing;knp/ns/more,,policies.yaml:7;policies.yaml:8,END_OF_TIER_DROP",
                    "5,undecided,new,,,,,,backends-differ",
                    "6,none,,,,,,,no-emulated-node",
                    "7,allow,new,ingress,,,,policies.yaml:2,NO_POLICY",
                    "8,allow,new,ingress,,,,,HOST_TO_POD",
                    "9,deny,new,,,,,,NO_BACKEND",
                    "10,none,,,,,,,ip-version",
                ])
        var json = PacketListing(world.tree, form: .json)
        let objects = try feed().rows.map { row in
            try JSONSerialization.jsonObject(with: Data(json.line(row).utf8)) as? [String: Any]
        }
        #expect(objects[0]?["rule"] as? Int == 0)
        #expect(objects[4]?["backends"] as? String == "ns/c:80=allow;ns/d:80=deny")
    }

    @Test func csvFieldsAreQuotedWhereTheyMust() {
        #expect(CSVText.field("plain;text") == "plain;text")
        #expect(CSVText.field("a,b") == "\"a,b\"")
        #expect(CSVText.field("say \"hi\"") == "\"say \"\"hi\"\"\"")
    }
}

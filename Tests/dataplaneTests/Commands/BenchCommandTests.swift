import Foundation
import TestSupport
import Testing

@testable import dataplane

@Suite struct BenchCommandTests {
    private func options(_ line: String) throws -> BenchOptions {
        let outcome = ArgpTable(BenchOptions.command).parse(line.split(separator: " ").map(String.init))
        #expect(outcome.ending == .complete)
        return try BenchOptions(outcome.arguments)
    }

    @Test func optionsAreRead() throws {
        let options = try options(
            "t.pcap -f m --runs 3 -o json --fail-above tree.rules=5 --fail-below packetsPerSecond=1e6")
        #expect(options.trace == "t.pcap" && options.runs == 3 && options.format == .json)
        #expect(
            options.limits == [try BenchLimit("tree.rules=5", .above), try BenchLimit("packetsPerSecond=1e6", .below)])
    }

    @Test(arguments: [
        ("t -f -", "standard input can be read only once, and measuring reads everything several times"),
        ("t -f m --fail-above tree.rules", "--fail-above: 'tree.rules' is not KEY=VALUE with a number"),
        ("t -f m --fail-above rules=nan", "--fail-above: 'rules=nan' is not KEY=VALUE with a number"),
        ("t -f m --fail-below =3", "--fail-below: '=3' is not KEY=VALUE with a number"),
    ])
    func refuses(_ line: String, _ message: String) {
        #expect {
            try options(line)
        } throws: {
            ($0 as? UsageError)?.message.hasPrefix(message) == true
        }
    }

    private let report = BenchReport(
        trace: "t", runs: 1, figures: [.init("ns", 812.5, "ns"), .init("tree.rules", 60, "")])

    @Test func breachesSayHowMuch() throws {
        let limits = [
            try BenchLimit("ns=500", .above), try BenchLimit("ns=900", .below), try BenchLimit("ns=812.5", .above),
            try BenchLimit("tree.rules=60", .below), try BenchLimit("tree.rules=0", .above),
        ]
        #expect(
            try report.breaches(limits) == [
                "ns: 812.5 is above 500 by 62.5 %", "ns: 812.5 is below 900 by 9.7 %",
                "tree.rules: 60 is above 0",
            ])
    }

    @Test func unknownFiguresNameTheNearest() throws {
        let limit = try BenchLimit("tree.rule=1", .above)
        #expect(throws: UsageError("--fail-above: there is no figure 'tree.rule'", hint: "did you mean 'tree.rules'?"))
        {
            try report.breaches([limit])
        }
    }

    @Test func quantilesAreValuesThatOccurred() {
        #expect([3.0, 1, 2].quantile(0.5) == 2)
        #expect((1...100).map(Double.init).quantile(0.99) == 99)
        #expect([Double]().quantile(0.5) == 0)
    }

    @Test func measuresAndFailsByLimit() throws {
        let folder = try TemporaryFolder()
        let made = try runDataplane(
            ["generate", "g", "--pods", "20", "--policies", "6", "--set-elements", "9", "--packets", "3000"],
            in: folder.url)
        #expect(made.status == 0)
        let words = ["bench", "g/trace.pcap", "-f", "g/manifests", "--runs", "2"]
        let fine = try runDataplane(words + ["-o", "json", "--fail-above", "tree.endpoints=20"], in: folder.url)
        #expect(fine.status == 0 && fine.stderr.isEmpty)
        let document = try #require(JSONSerialization.jsonObject(with: Data(fine.stdout.utf8)) as? [String: Any])
        let figures = try #require(document["figures"] as? [String: Double])
        #expect(document["kind"] as? String == "BenchReport")
        #expect(figures["packets"] == 3000 && figures["tree.endpoints"] == 20)
        #expect(try #require(figures["nsPerPacketP99"]) >= #require(figures["nsPerPacketP50"]))
        let failed = try runDataplane(words + ["--fail-above", "tree.endpoints=19"], in: folder.url)
        #expect(failed.status == 1)
        #expect(failed.stderr.contains("tree.endpoints: 20 is above 19 by 5.3 %"))
        #expect(failed.stdout.contains("packetsPerSecond"))
    }
}

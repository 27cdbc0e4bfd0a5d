import ClusterGeneration
import Foundation
import TestSupport
import Testing

@testable import dataplane

@Suite struct GenerateCommandTests {
    private func options(_ line: String) throws -> GenerateOptions {
        let outcome = ArgpTable(GenerateOptions.command).parse(line.split(separator: " ").map(String.init))
        #expect(outcome.ending == .complete)
        return try GenerateOptions(outcome.arguments)
    }

    @Test func optionsMakeThePlans() throws {
        let options = try options(
            "d --pods 500 --policies 40 --set-elements 90 --nodes 7 --namespaces 3 --apps 20 --global-policies 9 "
                + "--seed 5 --ipv4 --services --packets 10 --flows 4 --traffic established --frames full -o json "
                + "--files many")
        var cluster = ClusterPlan(pods: 500, policies: 40, setElements: 90, seed: 5)
        cluster.nodes = 7
        cluster.namespaces = 3
        cluster.apps = 20
        cluster.globalPolicies = 9
        cluster.isDualStack = false
        cluster.hasServices = true
        var traffic = TrafficPlan(packets: 10)
        traffic.flows = 4
        traffic.pattern = .established
        traffic.frames = .full
        #expect(options.directory == "d" && options.cluster == cluster && options.traffic == traffic)
        #expect(options.format == .json && options.files == .many)
    }

    @Test func presetsAreTheUsualProportions() throws {
        let options = try options("d --pods 2000")
        #expect(options.cluster == ClusterPlan(pods: 2000, policies: 100, setElements: 10_000))
        #expect(options.traffic == nil && options.format == .yaml && options.files == .one)
    }

    @Test(arguments: [
        ("d --pods 0", "--pods: 0 is not within 1 to 1000000"),
        ("d --pods 10 --apps 11", "--apps: 11 is not within 1 to 10"),
        ("d --policies 2 --global-policies 3", "--global-policies: 3 is not within 0 to 2"),
        ("d --packets 0", "--packets: 0 is not within 1 to 1000000000"),
        ("d --flows 3", "a capture is made only with --packets"),
        ("d --packets 3 --flows 3 --traffic random", "--flows: in random traffic each packet begins a flow of its own"),
        ("d --pods x", "--pods: 'x' is not a number of things: 0 or more"),
    ])
    func refuses(_ line: String, _ message: String) {
        #expect { try options(line) } throws: { ($0 as? UsageError)?.message == message }
    }

    @Test func writesWhatReplayAndCompileRead() throws {
        let folder = try TemporaryFolder()
        let words = "generate g --pods 30 --policies 12 --set-elements 50 --packets 600 --flows 40 --files many"
        let first = try runDataplane(words.split(separator: " ").map(String.init), in: folder.url)
        #expect(first.status == 0 && first.stderr.isEmpty)
        #expect(first.stdout.contains("30 pods, 0 services, 2 tiers, 3 sets, 12 policies"))
        #expect(first.stdout.contains("600 packets of 40 flows, zipf"))
        let replay = try runDataplane(["replay", "g/trace.pcap", "-f", "g/manifests", "-o", "json"], in: folder.url)
        #expect(replay.status == 0 && replay.stderr.isEmpty)
        #expect(replay.stdout.contains("600"))
        let again = try runDataplane(words.split(separator: " ").map(String.init), in: folder.url)
        #expect(again.status == 3)
        #expect(again.stderr.contains("g/manifests: File exists"))
    }
}

import Foundation
import PolicyTesting
import TestSupport
import Testing

/// `probes.json` is anyone's file: what is wrong with it is a sentence, never a crash.
@Suite struct ProbesFileTests {
    private static let node = """
        {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}
        """

    private func report(_ probes: String) throws -> PolicyTestReport {
        let folder = try TemporaryFolder()
        let manifests = folder.url.appending(path: "manifests")
        try FileManager.default.createDirectory(at: manifests, withIntermediateDirectories: false)
        try Data("---\n\(Self.node)\n".utf8).write(to: manifests.appending(path: "node.yaml"))
        try Data(probes.utf8).write(to: folder.url.appending(path: "probes.json"))
        let test = try #require(try PolicyTestCase.find(at: folder.url.path).first)
        return try test.run([.matcher])
    }

    private static func probe(_ id: Int, _ more: String) -> String {
        """
        {"id": \(id), "in": "eth0", "out": "local", "src": "198.51.100.9", "dst": "192.0.2.1", "verdict": "allow", \(more)}
        """
    }

    private static let tcp = #""protocol": "TCP", "srcPort": 1, "port": 80"#
    private static let error = #""protocol": "ICMP", "icmpType": 3, "icmpCode": 1"#

    @Test func aGoodFileIsRun() throws {
        let report = try report("{\"node\": \"n1\", \"probes\": [\(Self.probe(1, Self.tcp))]}")
        #expect(report.failures == [])
        #expect(report.summary == "1 probes, 0 mismatches, 0 decided otherwise, 0 quirks, 1 cases")
    }

    @Test(arguments: [
        ("n1", [probe(1, "\(error), \"quotes\": 1")], "", "probe 1 quotes probe 1, which quotes another itself"),
        (
            "n1", [probe(1, "\(error), \"quotes\": 2"), probe(2, "\(error), \"quotes\": 1")], "",
            "probe 1 quotes probe 2, which quotes another itself"
        ),
        ("n1", [probe(1, "\(tcp), \"after\": 7")], "", "probe 1 names probe 7, which is not there"),
        ("n1", [probe(1, tcp), probe(1, tcp)], "", "two probes have one id"),
        ("n1", [probe(1, #""protocol": "tcpp""#)], "", "probe 1: unknown protocol tcpp"),
        ("nx", [probe(1, tcp)], "", "the manifests know no node nx"),
        (
            "n1", [probe(1, tcp)],
            #""nat": [{"protocol": "tcp; flush ruleset", "port": 1, "toAddress": "10.0.0.1", "toPort": 1}],"#,
            "nat: tcp; flush ruleset is no protocol with ports"
        ),
    ])
    func faultsAreSentences(_ node: String, _ probes: [String], _ nat: String, _ sentence: String) throws {
        let text = "{\"node\": \"\(node)\", \(nat) \"probes\": [\(probes.joined(separator: ","))]}"
        let failures = try report(text).failures
        #expect(failures.count == 1 && failures[0].hasSuffix(sentence), "\(failures)")
    }

    @Test func conversationsInACircleEnd() throws {
        let circle = [Self.probe(1, "\(Self.tcp), \"after\": 2"), Self.probe(2, "\(Self.tcp), \"after\": 1")]
        #expect(try report("{\"node\": \"n1\", \"probes\": [\(circle.joined(separator: ","))]}").measured.probes == 2)
    }
}

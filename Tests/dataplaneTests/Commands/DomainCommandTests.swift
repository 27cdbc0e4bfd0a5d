import Foundation
import NetTypes
import PacketDecoding
import TestSupport
import Testing

@testable import dataplane

/// `--edition enterprise` and `--domains`, by the built program.
@Suite struct DomainCommandTests {
    private let folder = try? TemporaryFolder()

    private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = try #require(folder).url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    private func manifests() throws -> String {
        try write(
            "m.yaml",
            """
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: names}
            spec:
              types: [Egress]
              egress:
              - {action: Allow, protocol: UDP, destination: {ports: [53]}}
              - action: Allow
                destination:
                  domains: [api.example.com]
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: default}, \
            spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIP: 10.0.0.1}}
            """.utf8)
    }

    private func mapping(_ text: String = "api.example.com: [203.0.113.5]\n") throws -> String {
        try write("d.yaml", text.utf8)
    }

    @Test("Without the option the object is refused as ever")
    func openSource() throws {
        let run = try runDataplane(["check", "a", "203.0.113.5:443", "-f", try manifests()])
        #expect(run.status == 2)
        #expect(run.stderr.contains("m.yaml:10:7: error: spec.egress[1].destination.domains: unknown field"))
        #expect(run.stderr.contains("hint: not in open-source Calico"))
        let named = try runDataplane(
            ["check", "a", "203.0.113.5:443", "-f", try manifests(), "--edition", "opensource"])
        #expect(named.stderr == run.stderr && named.status == 2)
    }

    @Test func checkKnowsTheMapping() throws {
        let options = ["-f", try manifests(), "--edition", "enterprise", "--domains", try mapping()]
        let allowed = try runDataplane(["check", "a", "203.0.113.5:443"] + options)
        #expect(allowed.status == 0 && allowed.stderr == "")
        #expect(allowed.stdout.contains("203.0.113.5 is mapped to api.example.com ("))
        #expect(allowed.stdout.contains("d.yaml:1)"))
        let denied = try runDataplane(["check", "a", "203.0.113.6:53", "--verbose"] + options)
        #expect(denied.status == 1)
        #expect(denied.stdout.contains("203.0.113.6 is no known address of api.example.com"))
        let json = try runDataplane(["check", "a", "203.0.113.5:443", "-o", "json"] + options)
        #expect(json.stdout.contains("\"domain\":\"203.0.113.5 is mapped to api.example.com"))
    }

    @Test func unknownNamesAreAWarning() throws {
        for command in [["check", "a", "203.0.113.5:443"], ["compile", "-o", "nft"]] {
            let run = try runDataplane(command + ["-f", try manifests(), "--edition", "enterprise"])
            #expect(run.stderr.contains("m.yaml:10:17: warning: no address known for api.example.com"))
            #expect(run.status == (command[0] == "check" ? 1 : 0))
        }
    }

    @Test func compiledSets() throws {
        let options = [
            "-f", try manifests(), "--edition", "enterprise", "--domains",
            try mapping("api.example.com: [203.0.113.5, {address: 203.0.113.6, ttl: 60}]\n"),
        ]
        let nft = try runDataplane(["compile", "-o", "nft"] + options)
        #expect(nft.status == 0)
        #expect(nft.stdout.contains("\t\ttype ipv4_addr\n\t\tflags timeout\n\t\tcomment \"domains api.example.com\"\n"))
        #expect(nft.stdout.contains("elements = { 203.0.113.5,\n\t\t\t     203.0.113.6 timeout 60s }"))
        let tree = try runDataplane(["compile", "-o", "tree"] + options)
        #expect(tree.stdout.contains("    203.0.113.6 (TTL 60 s)\n"))
        let json = try runDataplane(["compile", "-o", "json"] + options)
        #expect(json.stdout.contains("\"domains\":[\"api.example.com\"]"))
        let ir = try runDataplane(["compile", "-o", "ir"] + options)
        #expect(ir.stdout.contains("to domains api.example.com"))
    }

    @Test("The options and the mapping are checked")
    func faults() throws {
        let usage = try runDataplane(["check", "a", "b", "-f", try manifests(), "--domains", try mapping()])
        #expect(usage.status == 2 && usage.stderr.contains("open-source Calico knows no domains"))
        let edition = try runDataplane(["check", "a", "b", "-f", try manifests(), "--edition", "cloud"])
        #expect(edition.status == 2)
        let options = ["-f", try manifests(), "--edition", "enterprise", "--domains"]
        let broken = try runDataplane(["check", "a", "203.0.113.5:443"] + options + [try mapping("a.b: [300.1.1.1]")])
        #expect(
            broken.status == 2 && broken.stderr.contains("d.yaml:1:7: error: \"300.1.1.1\" is no IP address of a.b"))
        let missing = try runDataplane(["check", "a", "203.0.113.5:443"] + options + ["nowhere.yaml"])
        #expect(missing.status == 2 && missing.stderr.contains("nowhere.yaml"))
    }

    // MARK: replay

    /// A capture of raw IP packets, a second apart.
    private func capture(_ packets: [[UInt8]]) throws -> String {
        func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> ($0 * 8) & 0xff) } }
        let head = word(0xa1b2_c3d4) + [2, 0, 4, 0] + word(0) + word(0) + word(65535) + word(101)
        let frames = packets.enumerated().flatMap { index, packet in
            word(index) + word(0) + word(packet.count) + word(packet.count) + packet
        }
        return try write("t.pcap", head + frames)
    }

    private func trace() throws -> String {
        let pod = IPAddress(v4: 0x0a00_0001)
        let server = IPAddress(v4: 0xc633_6435)
        let site = IPAddress(v4: 0xcb00_7105)
        let syn = try (1...3).map { port in
            try PacketEncoding.packet(.ports(.tcp, from: pod, UInt16(4000 + port), to: site, 443))
        }
        var options = PacketOptions()
        options.payload =
            DNSMessage("api.example.com", [.address("api.example.com", site, timeToLive: 2)]).bytes
        let answer = try PacketEncoding.packet(.ports(.udp, from: server, 53, to: pod, 5000), options)
        return try capture([syn[0], answer, syn[1], syn[2]])
    }

    @Test func replayFollowsTheAnswers() throws {
        let options = [try trace(), "-f", try manifests(), "--edition", "enterprise"]
        let rows = try runDataplane(["replay", "--packets", "-o", "csv"] + options)
        #expect(rows.status == 0 && rows.stderr == "")
        let verdicts = rows.stdout.split(separator: "\n").map { $0.split(separator: ",")[1] }
        #expect(verdicts == ["verdict", "deny", "allow", "allow", "deny"])
        #expect(rows.stdout.contains("\"203.0.113.5 answered for api.example.com in frame 2, TTL 2 s\""))
        #expect(rows.stdout.contains("TTL 2 s, which was over"))
        let report = try runDataplane(["replay"] + options)
        #expect(report.stdout.contains("Domain names\n"))
        let kernel = try runDataplane(["replay", "--verify-kernel"] + options)
        #expect(kernel.status == 2 && kernel.stderr.contains("--verify-kernel: the kernel can't follow"))
        let plain = try runDataplane(["replay", "--packets", "-o", "csv", options[0], "-f", options[2]])
        #expect(plain.status == 2 && !plain.stdout.contains("domain"))
    }
}

import NetTypes
import Testing

@testable import dataplane

/// What the commands make of their arguments.
@Suite struct CommandOptionsTests {
    private func arguments(_ command: Command, _ line: String) throws -> ParsedArguments {
        let outcome = ArgpTable(command).parse(line.split(separator: " ").map(String.init))
        #expect(outcome.ending == .complete)
        try command.checkPositionals(outcome.arguments.positionals)
        return outcome.arguments
    }

    private func message(_ command: Command, _ line: String, _ read: (ParsedArguments) throws -> Any) -> String? {
        do {
            _ = try read(try arguments(command, line))
            return nil
        } catch {
            return (error as? UsageError)?.message
        }
    }

    @Test func compile() throws {
        let options = try CompileOptions(
            arguments(
                CompileOptions.command,
                "-f a -f - -Rn web -o nft --node n1.example --what-if --keep-going --counters --save out.nft"))
        #expect(options.manifests.paths == ["a", "-"])
        #expect(options.manifests.isRecursive)
        #expect(options.manifests.namespace == "web")
        #expect(options.format == .nft)
        #expect(options.node == "n1.example")
        #expect(options.whatIf && options.keepsGoing && options.counters)
        #expect(options.saveFile == "out.nft")
        let plain = try CompileOptions(arguments(CompileOptions.command, "-f a"))
        #expect(plain.format == .tree && plain.manifests.namespace == "default" && plain.node == nil)
        #expect(!plain.manifests.isRecursive && !plain.whatIf && !plain.keepsGoing && !plain.counters)
    }

    @Test func manifestsComeFromTheEnvironmentThenFromTheFallback() throws {
        let none = ParsedArguments()
        let set = { (name: String) in name == "DATAPLANE_MANIFESTS" ? "m" : nil }
        #expect(try ManifestOptions(none, fallback: ".", environment: set).paths == ["m"])
        #expect(try ManifestOptions(none, fallback: ".", environment: { _ in nil }).paths == ["."])
        #expect(try ManifestOptions(none, fallback: ".", environment: { _ in "" }).paths == ["."])
        #expect(throws: UsageError("no manifests", hint: "name them by -f FILE or in $DATAPLANE_MANIFESTS")) {
            try ManifestOptions(none, environment: { _ in nil })
        }
    }

    @Test func replay() throws {
        let line = "t.pcap -f m --interface eth1=198.51.100.0/24,2001:db8::/32 -c 10 tcp port 80 --packets -o csv"
        let options = try ReplayOptions(arguments(ReplayOptions.command, line))
        #expect(options.trace == "t.pcap")
        #expect(options.filter == "tcp port 80")
        #expect(options.interfaces.map(\.name) == ["eth1"])
        #expect(options.interfaces[0].prefixes.map(\.description) == ["198.51.100.0/24", "2001:db8::/32"])
        #expect(options.packetLimit == 10 && options.listsPackets && options.format == .csv)
        #expect(!options.verifiesKernel && !options.failsOnDenied)
        let read = try ReplayOptions(arguments(ReplayOptions.command, "-r t.pcap -f m udp"))
        #expect(read.trace == "t.pcap" && read.filter == "udp")
    }

    @Test(arguments: [
        ("-f m", "missing argument TRACE"),
        ("- -f -", "standard input can be read only once: it is both the trace and a manifest"),
        ("t -f - -f -", "standard input can be read only once: -f - was given twice"),
        ("t -f m -c 0", "-c, --count: '0' is not a count: 1 or more"),
        ("t -f m -c -5", "-c, --count: '-5' is not a count: 1 or more"),
        ("t -f m -n A", "-n, --namespace: 'A' is not a namespace: 1 to 63 of a-z, 0-9 and -, no - at either end"),
        (
            "t -f m --interface a=10.0.0.0/8 --interface b=10.0.0.0/8",
            "--interface: 10.0.0.0/8 is behind both a and b"
        ),
    ])
    func replayRefuses(_ line: String, _ expected: String) {
        #expect(message(ReplayOptions.command, line) { try ReplayOptions($0) } == expected)
    }

    @Test func check() throws {
        let options = try CheckOptions(
            arguments(CheckOptions.command, "a 10.0.0.1:80 -f m -n web --source-port 1000 --engine all -v -o json"))
        #expect(options.source == .pod(namespace: "web", name: "a"))
        #expect(options.port == 80 && options.sourcePort == 1000 && options.proto == .tcp)
        #expect(options.engine == .all && options.isVerbose && options.format == .json)
        let ping = try CheckOptions(arguments(CheckOptions.command, "a 2001:db8::1 -f m --icmp-type 128"))
        #expect(ping.proto == .icmpv6 && ping.icmp == ICMPQuery(type: 128, code: 0))
        let bare = try CheckOptions(arguments(CheckOptions.command, "a b -f m"))
        #expect(bare.proto == nil && bare.port == nil && bare.engine == .matcher)
        let validate = try CheckOptions(
            validate: arguments(CheckOptions.validateCommand, "a other/b web --port 53 --protocol udp -f m"))
        #expect(validate.source == .pod(namespace: "web", name: "a"))
        #expect(validate.destination == .pod(namespace: "other", name: "b"))
        #expect(validate.proto == .udp && validate.manifests.namespace == "web")
    }

    @Test(arguments: [
        ("a", "missing argument DST"), ("a b c", "unexpected argument 'c'"),
        ("a b --port 65536", "--port: '65536' is not a port: 0 to 65535"),
        ("a b --port http", "--port: 'http' is not a port: 0 to 65535"),
        (
            "a b --protocol tpc",
            "--protocol: 'tpc' is not a protocol: tcp, udp, icmp, icmpv6, sctp, udplite, or 0 to 255"
        ),
        ("a b --port 80 --protocol icmp", "protocol ICMP has no ports"),
        ("a b --port 80 --icmp-type 8", "ICMP has no ports: --icmp-type stands alone"),
        ("a b --protocol tcp --icmp-type 8", "--icmp-type: TCP has no ICMP types"),
        ("a b --icmp-type 8/256", "--icmp-type: '8/256' is not an ICMP type: 0 to 255, then /CODE if it matters"),
        ("a 10.0.0.1:80 --port 81", "DST has port 80, --port says 81"),
        ("10.0.0.1:80 a", "SRC: '10.0.0.1:80' has a port"),
    ])
    func checkRefuses(_ line: String, _ expected: String) {
        #expect(message(CheckOptions.command, line + " -f m") { try CheckOptions($0) } == expected)
    }

    @Test func others() throws {
        let apply = try ApplyOptions(arguments(ApplyOptions.command, "-f m --node n1 --counters --dry-run"))
        #expect(apply.node == "n1" && apply.counters && apply.isDryRun)
        #expect(try StatusOptions(arguments(StatusOptions.command, "-o json")).format == .json)
        #expect(message(DeleteOptions.command, "x") { $0 } == "unexpected argument 'x'")
        #expect(try PacketsOptions(arguments(PacketsOptions.command, "- -o csv")).trace == "-")
        let test = try TestOptions(arguments(TestOptions.command, "a b --engine nft"))
        #expect(test.folders == ["a", "b"] && test.engine == .nft)
        #expect(message(TestOptions.command, "") { try TestOptions($0) } == "missing argument DIR")
    }
}

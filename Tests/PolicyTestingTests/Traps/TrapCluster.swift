import Classification
import Diagnostics
import Explain
import Foundation
import NetTypes
import NetworkTopology
import PolicyIR
import PolicyTesting
import Testing
import Workspace

/// A small cluster with the policies of one trap, asked by every engine that works here.
///
/// Namespaces `a` (env: prod) and `b` (env: dev). On node n1 (192.0.2.1, 2001:db8::1) the pods `a/web` (app: web;
/// 10.0.0.1, fd00::1; ports http TCP 8080, dns UDP 53 and dns-tcp TCP 53) and `b/client` (app: client; 10.0.0.2,
/// fd00::2), on node n2 (192.0.2.2, 2001:db8::2) `a/db` (app: db; 10.0.1.1, fd00::1:1; ports http TCP 80, dns TCP 5353).
/// All their namespaces' profiles allow everything.
struct TrapCluster {
    let inputs: LoadedInputs

    /// - Parameters:
    ///   - documents: YAML; they come first, so that their lines are those of the findings.
    ///   - planned: a planned change, likewise; empty: none.
    init(_ documents: String..., planned: String = "", staging: Staging = .asWritten) {
        let text = (documents + [Self.world]).joined(separator: "\n---\n")
        var options = ResolveOptions(whatIf: false)
        options.staging = staging
        inputs = LoadedInputs.load(
            texts: [(name: "trap.yaml", bytes: Array(text.utf8))],
            planned: planned.isEmpty ? [] : [(name: "planned.yaml", bytes: Array(planned.utf8))], options: options)
    }

    init(_ inputs: LoadedInputs) { self.inputs = inputs }

    /// The same cluster with everything staged carried out; fails when nothing is staged.
    func preview() throws -> TrapCluster { TrapCluster(try #require(inputs.enforcingStaged())) }

    /// Errors, the field in front.
    var errors: [String] { findings(.error) }
    /// Warnings, the field in front.
    var warnings: [String] { findings(.warning) }

    private func findings(_ severity: Diagnostic.Severity) -> [String] {
        inputs.diagnostics.filter { $0.severity == severity }.map { "\($0.fieldPath): \($0.id)" }
    }

    /// Which of the packets pass. Engines that differ from the reference are recorded as issues, and so are policies that
    /// are refused.
    ///
    /// - Parameter packets: written `b/client -> a/web TCP 8080`, `8.8.8.8 -> a/web ICMP 3/1` (type and code),
    ///   `node/n1 -> svc/web UDP 53`, `a/web -> b/client 47`; with `@n1` behind, n1 alone judges.
    func passing(_ packets: [String]) throws -> [String] {
        #expect(errors == [])
        let expected = try passing(packets, by: .reference)
        for engine in Self.engines {
            let found = try passing(packets, by: engine)
            #expect(found == expected, "\(engine.rawValue)")
        }
        return expected
    }

    /// Those besides the reference.
    static let engines: [EngineName] = getuid() == 0 ? [.matcher, .nft, .kernel] : [.matcher, .nft]

    private func passing(_ packets: [String], by name: EngineName) throws -> [String] {
        var engine = try name.make(inputs)
        let answers = try ConnectionJudge.answer(try packets.map(query), tree: inputs.tree, engine: &engine)
        return try zip(packets, answers).filter { try $1.get().verdict == .accept }.map(\.0)
    }

    /// What decided about a packet, in words.
    func reason(_ packet: String) throws -> String {
        var engine = try EngineName.matcher.make(inputs)
        let answers = try ConnectionJudge.answer([try query(packet)], tree: inputs.tree, engine: &engine)
        let answer = try #require(answers.first).get()
        return try #require(answer.reason(inputs.tree)).text(inputs.sources)
    }

    /// A packet of the form that `passing` takes.
    func query(_ packet: String) throws -> ConnectionQuery {
        var words = packet.split(separator: " ").map(String.init)
        let node = words.last.flatMap {
            $0.hasPrefix("@") ? inputs.tree.topology.node(named: String($0.dropFirst())) : nil
        }
        if node != nil { words.removeLast() }
        try #require((4...5).contains(words.count) && words[1] == "->")
        let ends = try [words[0], words[2]].map { text in
            try QueryEnd.parse(
                text, namespace: "a", topology: inputs.tree.topology, services: inputs.tree.services
            ).get()
        }
        let named = IPProtocol(calicoName: words[3])
        let proto = try #require(named ?? UInt8(words[3]).map { IPProtocol($0) })
        let numbers = try (words.dropFirst(4).first?.split(separator: "/") ?? []).map { try number($0) }
        var query = ConnectionQuery(
            source: ends[0], destination: ends[1], proto: proto, port: numbers.count == 1 ? numbers[0] : nil,
            icmp: numbers.count == 2 ? ICMPMatch(type: UInt8(numbers[0]), code: UInt8(numbers[1])) : nil,
            family: named == .icmpv6 ? .v6 : nil)
        query.node = node
        return query
    }

    private func number(_ text: Substring) throws -> UInt16 { try #require(UInt16(text)) }

    static let world = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: a, labels: {env: prod}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: b, labels: {env: dev}}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        status:
          addresses: [{type: InternalIP, address: 192.0.2.1}, {type: InternalIP, address: "2001:db8::1"}]
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n2}
        status:
          addresses: [{type: InternalIP, address: 192.0.2.2}, {type: InternalIP, address: "2001:db8::2"}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: a, labels: {app: web}}
        spec:
          nodeName: n1
          containers:
          - name: web
            ports:
            - {name: http, containerPort: 8080}
            - {name: dns, containerPort: 53, protocol: UDP}
            - {name: dns-tcp, containerPort: 53}
        status: {phase: Running, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: db, namespace: a, labels: {app: db}}
        spec:
          nodeName: n2
          containers:
          - name: db
            ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 5353}]
        status: {phase: Running, podIPs: [{ip: 10.0.1.1}, {ip: "fd00::1:1"}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: client, namespace: b, labels: {app: client}}
        spec: {nodeName: n1}
        status: {phase: Running, podIPs: [{ip: 10.0.0.2}, {ip: "fd00::2"}]}
        """
}

import Classification
import Diagnostics
import Explain
import Foundation
import NetTypes
import PolicyIR
import PolicyTesting
import Testing
import Workspace

/// A small cluster with the policies of one trap, asked by every engine that works here.
///
/// Namespaces `a` (env: prod) and `b` (env: dev). On node n1 the pods `a/web` (app: web; ports http TCP 8080, dns UDP
/// 53 and dns-tcp TCP 53) and `b/client` (app: client), on node n2 `a/db` (app: db; ports http TCP 80, dns TCP 5353).
/// All their namespaces' profiles allow everything.
struct TrapCluster {
    let inputs: LoadedInputs

    /// - Parameters:
    ///   - policies: YAML documents; they come first, so that their lines are those of the findings.
    ///   - planned: a planned change, likewise; empty: none.
    init(_ policies: String, planned: String = "", staging: Staging = .asWritten) {
        var options = ResolveOptions(whatIf: false)
        options.staging = staging
        inputs = LoadedInputs.load(
            texts: [(name: "trap.yaml", bytes: Array("\(policies)\n---\n\(Self.pods)".utf8))],
            planned: planned.isEmpty ? [] : [(name: "planned.yaml", bytes: Array(planned.utf8))], options: options)
    }

    private init(_ inputs: LoadedInputs) { self.inputs = inputs }

    /// The same cluster with everything staged carried out; fails when nothing is staged.
    func preview() throws -> TrapCluster { TrapCluster(try #require(inputs.enforcingStaged())) }

    /// Errors, the field in front.
    var errors: [String] {
        inputs.diagnostics.filter { $0.severity == .error }.map { "\($0.fieldPath): \($0.id)" }
    }

    /// Which of the packets pass, each written `b/client -> a/web TCP 8080` or `8.8.8.8 -> a/web ICMP`. Engines that
    /// differ from the reference are recorded as issues, and so are policies that are refused.
    func passing(_ packets: [String]) throws -> [String] {
        #expect(errors == [])
        let expected = try passing(packets, by: .reference)
        let others: [EngineName] = getuid() == 0 ? [.matcher, .nft, .kernel] : [.matcher, .nft]
        for engine in others {
            let found = try passing(packets, by: engine)
            #expect(found == expected, "\(engine.rawValue)")
        }
        return expected
    }

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

    private func query(_ packet: String) throws -> ConnectionQuery {
        let words = packet.split(separator: " ").map(String.init)
        try #require(words.count >= 4 && words[1] == "->")
        let ends = try [words[0], words[2]].map { text in
            try QueryEnd.parse(
                text, namespace: "a", topology: inputs.tree.topology, services: inputs.tree.services
            ).get()
        }
        return ConnectionQuery(
            source: ends[0], destination: ends[1], proto: try #require(IPProtocol(calicoName: words[3])),
            port: words.count > 4 ? UInt16(words[4]) : nil)
    }

    private static let pods = """
        {apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {env: prod}}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {env: dev}}}
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
        status: {phase: Running, podIP: 10.0.0.1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: db, namespace: a, labels: {app: db}}
        spec:
          nodeName: n2
          containers:
          - name: db
            ports: [{name: http, containerPort: 80}, {name: dns, containerPort: 5353}]
        status: {phase: Running, podIP: 10.0.1.1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: client, namespace: b, labels: {app: client}}
        spec: {nodeName: n1}
        status: {phase: Running, podIP: 10.0.0.2}
        """
}

import Diagnostics
import ManifestReading
import NetTypes
import NetworkTopology
import PolicyIR
import Resources

/// A cluster resolved from manifest text, and questions to it by name.
struct ResolvedText {
    let cluster: ResolvedCluster
    /// Of decoding and resolving.
    let diagnostics: [Diagnostic]

    init(_ yaml: String, whatIf: Bool = false) {
        var sources = SourceMap()
        let manifest = ManifestReader.read(bytes: Array(yaml.utf8), file: sources.add("test.yaml"))
        let decoded = ResourceDecoder.decode(manifests: [manifest], sources: sources)
        let resolved = ResolvedCluster.resolve(decoded.snapshot, options: ResolveOptions(whatIf: whatIf))
        cluster = resolved.cluster
        diagnostics = manifest.diagnostics + decoded.diagnostics + resolved.diagnostics
    }

    var errors: [String] { diagnostics.filter { $0.severity == .error }.map { "\($0.message)" } }

    /// What every node on the way makes of a new packet.
    func judge(_ key: FlowKey, state: FlowState = .new) -> [ReferenceJudgement] {
        let evaluator = ReferenceEvaluator(cluster)
        return cluster.topology.visits(from: key.source, to: key.destination)
            .map { evaluator.judge($0, key, state: state) }
    }

    /// Whether all of them let a TCP packet pass.
    func allows(_ source: String, _ destination: String, port: UInt16) -> Bool? {
        guard let from = IPAddress(source), let to = IPAddress(destination) else { return nil }
        return judge(.ports(.tcp, from: from, 40_000, to: to, port)).allSatisfy { $0.verdict == .accept }
    }

    /// Names of the objects whose addresses hold `address`.
    func objects(at address: String) -> [String] {
        guard let address = IPAddress(address) else { return [] }
        return cluster.objects.filter { $0.prefixes.contains { $0.contains(address) } }.map(\.name)
    }
}

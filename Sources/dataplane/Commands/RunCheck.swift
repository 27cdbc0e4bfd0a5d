import Classification
import Diagnostics
import Explain
import NetTypes
import NetworkTopology
import PolicyIR
import PolicyTesting
import Workspace

/// `dataplane check` and `calico-validate`: one question, or one per declared port of the destination.
func runCheck(_ options: CheckOptions, _ console: Console) -> ExitStatus {
    let loaded = LoadedInputs.load(
        options.manifests, options.staging, options.edition.inputs, whatIf: true, interfaces: options.interfaces,
        node: options.node, compiles: false, console)
    do throws(QueryError) {
        let queries = try options.queries(loaded).judged(by: options.node, loaded)
        let inputs = loaded.compiled(for: queries.workloads(loaded.tree))
        let answers = try answer(queries, options.engine.names, inputs, console)
        guard let answers else { return .environment }
        var report = CheckReport(questions: zip(queries, answers).map { CheckedQuestion(query: $0, answer: $1) })
        if let preview = inputs.enforcingStaged() {
            guard let staged = try answer(queries, options.engine.names, preview, console) else { return .environment }
            report.addPreview(staged, preview)
        }
        switch options.format {
        case .text: console.write(report.text(options, inputs))
        case .json: console.write(report.json(inputs))
        }
        return inputs.status.combined(with: report.status)
    } catch {
        console.report([Diagnostic(.error, "unknown-end", at: nil, error.message)])
        return .badInput
    }
}

/// The first engine's answers, after comparing the others with it; `nil` when an engine could not work.
private func answer(
    _ queries: [ConnectionQuery], _ engines: [EngineName], _ inputs: LoadedInputs, _ console: Console
) throws(QueryError) -> [ConnectionAnswer]? {
    var first: [ConnectionAnswer]?
    for name in engines {
        var answers: [ConnectionAnswer] = []
        do throws(EngineError) {
            var engine = try name.make(inputs, comparesTables: false)
            let results = try ConnectionJudge.answer(queries, tree: inputs.tree, engine: &engine)
            for result in results { answers.append(try result.unwrapped(name)) }
        } catch {
            console.report([Diagnostic(.error, "engine-\(error.engine.rawValue)", at: nil, error.message)])
            return nil
        }
        if let first, zip(first, answers).contains(where: { $0.verdict != $1.verdict }) {
            throw QueryError(message: "engine \(name.rawValue) disagrees with \(engines[0].rawValue): please report it")
        }
        first = first ?? answers
    }
    return first
}

extension Result where Success == ConnectionAnswer, Failure == QueryError {
    fileprivate func unwrapped(_ engine: EngineName) throws(EngineError) -> ConnectionAnswer {
        switch self {
        case .success(let answer): answer
        case .failure(let error):
            throw EngineError(engine: engine, message: error.message, isEnvironment: false)
        }
    }
}

extension CheckOptions {
    /// The packets to ask about: what the options say; without port and protocol every declared port of the
    /// destination pod, one TCP packet without port when it declares none.
    func queries(_ inputs: LoadedInputs) throws(QueryError) -> [ConnectionQuery] {
        let from = try source.end(inputs)
        let to = try destination.end(inputs)
        func query(_ proto: IPProtocol, _ port: UInt16?) -> ConnectionQuery {
            ConnectionQuery(
                source: from, destination: to, proto: proto, port: port, sourcePort: sourcePort ?? 40_000,
                icmp: icmp.map { ICMPMatch(type: $0.type, code: $0.code) }, family: proto == .icmpv6 ? .v6 : nil)
        }
        if let proto { return [query(proto, port)] }
        let declared = declaredPorts(of: to, inputs)
        return declared.isEmpty ? [query(.tcp, nil)] : declared.map { query($0.proto, $0.port) }
    }

    private func declaredPorts(of end: QueryEnd, _ inputs: LoadedInputs) -> [ServicePort] {
        switch end {
        case .endpoint(let index):
            let ports = inputs.cluster.endpoints[index.value].declaredPorts
            return Set(ports.map { ServicePort(proto: $0.proto, port: $0.port) }).sorted()
        case .service(let name):
            let frontends = inputs.tree.services.entries.filter { $0.value.service == name }.keys
            return Set(frontends.map { ServicePort(proto: $0.proto, port: $0.port) }).sorted()
        case .node, .address: return []
        }
    }
}

/// A protocol and port to ask about.
private struct ServicePort: Hashable, Comparable {
    var proto: IPProtocol
    var port: UInt16
    static func < (a: ServicePort, b: ServicePort) -> Bool { (a.proto, a.port) < (b.proto, b.port) }
}

extension PeerReference {
    /// The end in these inputs; fails with a sentence that names near misses.
    func end(_ inputs: LoadedInputs) throws(QueryError) -> QueryEnd {
        let text: String
        switch self {
        case .address(let address, _): return .address(address)
        case .pod(let namespace, let name): text = "\(namespace)/\(name)"
        case .node(let name): text = "node/\(name)"
        case .service(let namespace, let name): text = "svc/\(namespace)/\(name)"
        case .workload(let kind, let namespace, let name): text = "\(kind.words[0])/\(namespace)/\(name)"
        }
        return try QueryEnd.parse(
            text, namespace: "default", topology: inputs.tree.topology, services: inputs.tree.services
        ).get()
    }
}

extension [ConnectionQuery] {
    /// The pods whose policy the questions are about. What a question lacks is reported when it is answered.
    fileprivate func workloads(_ tree: MatchTree) -> Set<EndpointIndex> {
        var workloads: Set<EndpointIndex> = []
        for query in self {
            guard case .packets(let packets)? = try? query.plan(tree) else { continue }
            for visit in packets.flatMap(\.legs).map(\.visit) {
                for case .workload(let endpoint) in [visit.from, visit.to] { workloads.insert(endpoint) }
            }
        }
        return workloads
    }

    fileprivate func judged(by name: String?, _ inputs: LoadedInputs) throws(QueryError) -> [ConnectionQuery] {
        guard let name else { return self }
        let node: NodeIndex
        do throws(UsageError) {
            node = try inputs.node(named: name)
        } catch {
            throw QueryError(message: error.message)
        }
        return map { query in
            var query = query
            query.node = node
            return query
        }
    }
}

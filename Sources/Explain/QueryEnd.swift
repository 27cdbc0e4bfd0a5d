public import NetTypes
public import NetworkTopology

/// One end of a question such as `check SRC DST`.
public enum QueryEnd: Sendable, Hashable {
    case endpoint(EndpointIndex)
    case node(NodeIndex)
    case address(IPAddress)
    /// `namespace/name` of a Service.
    case service(String)

    /// Reads `ns/pod`, `pod` (in `namespace`), an address, `node/NAME`, `svc/NS/NAME`, `svc/NAME`, or
    /// `deploy/NAME`, `deploy/NS/NAME` and their kin for the first pod of a workload. The error is a sentence for the user.
    public static func parse(
        _ text: String, namespace: String, topology: Topology, services: ServiceTable
    ) -> Result<QueryEnd, QueryError> {
        if let address = IPAddress(text) { return .success(.address(address)) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("node", 2):
            guard let node = topology.node(named: parts[1]) else {
                return .failure(unknown("node", parts[1], known: topology.nodes.map(\.name)))
            }
            return .success(.node(node))
        case ("svc", 2), ("svc", 3), ("service", 2), ("service", 3):
            let name = parts.count == 3 ? "\(parts[1])/\(parts[2])" : "\(namespace)/\(parts[1])"
            let known = Set(services.entries.values.map(\.service)).sorted()
            guard known.contains(name) else { return .failure(unknown("service", name, known: known)) }
            return .success(.service(name))
        case (let kind?, 2...3) where workloadPrefixes.contains(kind):
            let name = parts.count == 3 ? "\(parts[1])/\(parts[2])" : "\(namespace)/\(parts[1])"
            guard let index = topology.endpoints.firstIndex(where: { $0.name.hasPrefix("\(name)-") }) else {
                return .failure(QueryError(message: "no pod of \(kind) \(name) in the inputs"))
            }
            return .success(.endpoint(EndpointIndex(index)))
        default:
            let name = parts.count == 2 ? text : "\(namespace)/\(text)"
            if let refused = topology.refused.first(where: { $0.name == name })?.addresses.first {
                return .success(.address(refused))
            }
            guard let endpoint = topology.endpoint(named: name) else {
                return .failure(unknown("pod", name, known: topology.endpoints.map(\.name)))
            }
            return .success(.endpoint(endpoint))
        }
    }

    private static let workloadPrefixes: Set<String> = [
        "deploy", "deployment", "sts", "statefulset", "ds", "daemonset", "rs", "replicaset", "rc",
        "replicationcontroller", "job", "cronjob", "cj",
    ]

    private static func unknown(_ kind: String, _ name: String, known: [String]) -> QueryError {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let near = known.first { $0.hasSuffix("/\(last)") } ?? known.first { $0.hasPrefix(name) }
        let hint =
            near.map { "; did you mean \($0)?" }
            ?? (known.isEmpty ? "; the inputs have none" : "; known: \(known.prefix(5).joined(separator: ", "))")
        return QueryError(message: "no \(kind) \(name) in the inputs\(hint)")
    }

    /// The address that stands for this end; IPv4 unless only the other family is there or `family` says.
    public func address(_ topology: Topology, family: IPFamily?) -> IPAddress? {
        let candidates: [IPAddress] =
            switch self {
            case .endpoint(let index): topology.endpoints[index.value].addresses
            case .node(let index): topology.nodes[index.value].addresses
            case .address(let address): [address]
            case .service: []
            }
        if let family { return candidates.first { $0.family == family } }
        return candidates.first { $0.family == .v4 } ?? candidates.first
    }
}

/// A question that cannot be asked of these inputs.
public struct QueryError: Error, Sendable, Hashable {
    public var message: String
    public init(message: String) { self.message = message }
}

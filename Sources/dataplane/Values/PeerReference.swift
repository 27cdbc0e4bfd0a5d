import NetTypes

/// One end of a `check` query, as the user named it. Whether it exists is for the manifests to say.
enum PeerReference: Sendable, Hashable {
    case address(IPAddress, port: UInt16?)
    case pod(namespace: String, name: String)
    case node(String)
    case service(namespace: String, name: String)
    /// `deploy/x`: any pod of a workload, in the namespace of `-n`.
    case workload(kind: WorkloadKind, namespace: String, name: String)

    enum WorkloadKind: String, CaseIterable, Sendable {
        case deployment = "Deployment"
        case statefulSet = "StatefulSet"
        case daemonSet = "DaemonSet"
        case replicaSet = "ReplicaSet"
        case replicationController = "ReplicationController"
        case job = "Job"
        case cronJob = "CronJob"

        /// kubectl's short name where there is one, and the kind in lower case.
        var words: [String] {
            let long = rawValue.lowercased()
            return switch self {
            case .deployment: ["deploy", long]
            case .statefulSet: ["sts", long]
            case .daemonSet: ["ds", long]
            case .replicaSet: ["rs", long]
            case .replicationController: ["rc", long]
            case .job: [long]
            case .cronJob: ["cj", long]
            }
        }
    }

    static let forms = "POD, NS/POD, ADDRESS, ADDRESS:PORT, [IPV6]:PORT, node/NAME, svc/NS/NAME, deploy/NAME"

    /// Reads one of `forms`; `pod/NS/NAME` names a pod of a namespace that is called like one of the prefixes.
    init(_ text: String, namespace: String) throws(UsageError) {
        if let address = try Self.readAddress(text) {
            self = address
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), parts.allSatisfy({ ValueDecoding.isSubdomain($0) }) else {
            throw Self.unreadable(text)
        }
        guard let name = Self.readName(parts, namespace) else { throw Self.unreadable(text) }
        self = name
    }

    private static func unreadable(_ text: String) -> UsageError {
        UsageError("'\(text)' names no end of a connection", hint: "write \(forms)")
    }

    /// `nil` if the text doesn't look like an address.
    private static func readAddress(_ text: String) throws(UsageError) -> PeerReference? {
        if let address = IPAddress(text) { return .address(address, port: nil) }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        let bare = isBracketed ? String(host.dropFirst().dropLast()) : String(host)
        guard let address = IPAddress(bare), isBracketed == (address.family == .v6) else { throw unreadable(text) }
        return .address(address, port: try ValueDecoding.port(String(text[text.index(after: colon)...])))
    }

    private static func readName(_ parts: [String], _ namespace: String) -> PeerReference? {
        let last = parts[parts.count - 1]
        let middle = parts.count == 3 ? parts[1] : namespace
        guard parts.count > 1 else { return .pod(namespace: namespace, name: last) }
        switch parts[0] {
        case "node" where parts.count == 2: return .node(last)
        case "svc", "service": return .service(namespace: middle, name: last)
        case "pod" where parts.count == 3: return .pod(namespace: middle, name: last)
        default: break
        }
        if let kind = WorkloadKind.allCases.first(where: { $0.words.contains(parts[0]) }) {
            return .workload(kind: kind, namespace: middle, name: last)
        }
        return parts.count == 2 ? .pod(namespace: parts[0], name: last) : nil
    }
}

import NetTypes

/// The cluster of a plan, as functions of indices: nothing is stored, so that a cluster of any size costs no memory.
///
/// Apps form two rings of callers, each the inverse of itself read backwards: an app is called by the one before it
/// in its namespace, and by one far away in another. Policies allow these two and traces follow them.
struct ClusterModel: Sendable {
    let plan: ClusterPlan

    /// One group of pods with the same labels.
    struct App: Sendable {
        let index: Int
        let name: String
        let namespace: Int
        let component: String
        /// The port that it serves, TCP or UDP.
        let port: UInt16
        let isUDP: Bool
        /// Of that port in its containers.
        let portName: String
        /// Whether policies name the port instead of giving its number.
        let isNamedInPolicies: Bool
        /// Whether it may talk to the partners' networks.
        let usesPartners: Bool
    }

    // MARK: Namespaces

    static let teams = [
        "payments", "checkout", "search", "catalog", "identity", "billing", "shipping", "media", "insight", "mobile",
        "partners", "support", "pricing", "fraud", "ledger", "platform",
    ]
    static let environments = ["prod", "prod", "staging", "dev"]

    func team(_ namespace: Int) -> String { Self.teams[namespace % Self.teams.count] }
    func environment(_ namespace: Int) -> String { Self.environments[namespace / 3 % Self.environments.count] }
    func namespaceName(_ namespace: Int) -> String { "\(team(namespace))-\(padded(namespace, 4))" }

    // MARK: Apps

    private static let components = ["web", "api", "store", "cache", "worker", "queue", "auth", "gateway", "report"]

    func app(_ index: Int) -> App {
        var random = RandomStream(seed: plan.seed, .app, index)
        let component = Self.components[random.number(below: Self.components.count)]
        return App(
            index: index, name: "\(component)-\(padded(index, 5))", namespace: index * plan.namespaces / plan.apps,
            component: component, port: UInt16(8000 + random.number(below: 100)), isUDP: random.number(below: 5) == 0,
            portName: random.number(below: 2) == 0 ? "main" : "grpc", isNamedInPolicies: index % 4 == 3,
            usesPartners: index % 2 == 0)
    }

    private func apps(of namespace: Int) -> Range<Int> {
        let first = (namespace * plan.apps + plan.namespaces - 1) / plan.namespaces
        let end = ((namespace + 1) * plan.apps + plan.namespaces - 1) / plan.namespaces
        return first..<end
    }

    /// The app of the same namespace that it calls: the next one of the ring.
    func nearServer(of app: Int) -> Int {
        let ring = apps(of: app * plan.namespaces / plan.apps)
        return app + 1 < ring.upperBound ? app + 1 : ring.lowerBound
    }

    func nearClient(of app: Int) -> Int {
        let ring = apps(of: app * plan.namespaces / plan.apps)
        return app > ring.lowerBound ? app - 1 : ring.upperBound - 1
    }

    private var farStep: Int { max(1, plan.apps * 5 / 13) }

    /// The app of another namespace that it calls.
    func farServer(of app: Int) -> Int { (app + farStep) % plan.apps }
    func farClient(of app: Int) -> Int { (app + plan.apps - farStep) % plan.apps }

    // MARK: Pods

    func app(ofPod pod: Int) -> Int { pod * plan.apps / plan.pods }

    /// The pods of an app: never empty.
    func pods(ofApp app: Int) -> Range<Int> {
        (app * plan.pods + plan.apps - 1) / plan.apps..<((app + 1) * plan.pods + plan.apps - 1) / plan.apps
    }

    func node(ofPod pod: Int) -> Int { pod % plan.nodes }

    /// What ends its name, below 2^20 and no other pod's: an odd factor permutes those numbers, and no plan has more pods.
    func suffix(ofPod pod: Int) -> UInt64 {
        (UInt64(pod) &* 0x9e37_79b9_7f4a_7c15 &+ RandomStream.mixed(plan.seed)) & 0xf_ffff
    }

    /// Offset in the pool: blocks of 64 addresses belong to nodes in turn, as Calico's IPAM hands them out.
    private func poolOffset(_ pod: Int) -> UInt32 {
        let (node, place) = (pod % plan.nodes, pod / plan.nodes)
        return UInt32((place / 64 * plan.nodes + node) * 64 + place % 64)
    }

    /// In 10.64.0.0/10.
    func address4(ofPod pod: Int) -> IPAddress { IPAddress(v4: 0x0a40_0000 + poolOffset(pod)) }

    /// In fd10:64::/64.
    func address6(ofPod pod: Int) -> IPAddress {
        IPAddress(v6: 0xfd10_0064_0000_0000 << 64 + UInt128(poolOffset(pod)) + 1)
    }

    // MARK: Nodes

    func nodeName(_ node: Int) -> String { "node-\(padded(node, 4))" }
    /// In 172.16.0.0/12.
    func address4(ofNode node: Int) -> IPAddress { IPAddress(v4: 0xac10_0000 + 10 + UInt32(node)) }
    func address6(ofNode node: Int) -> IPAddress { IPAddress(v6: 0xfd17_2016_0000_0000 << 64 + 10 + UInt128(node)) }
}

/// The number with leading zeros, so that names sort as numbers do.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

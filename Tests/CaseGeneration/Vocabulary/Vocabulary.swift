import NetTypes

typealias Label = (key: String, value: String)

/// What a generated cluster consists of: the names, labels and addresses that its policies draw from.
struct Vocabulary {
    struct Namespace {
        var name: String
        var labels: [Label]
        /// Without a Namespace object its profile is made up.
        var hasObject: Bool
    }

    struct Account {
        var namespace: String
        var name: String
        var labels: [Label]
    }

    struct Node {
        var name: String
        var addresses: [IPAddress]
    }

    struct Pod {
        enum Kind {
            case running
            /// Its address has left it (T50).
            case finished
            /// On the host's network: no endpoint.
            case hostNetwork
            /// Told as a WorkloadEndpoint instead of a Pod.
            case workloadEndpoint
        }

        var kind: Kind
        var namespace: String
        var name: String
        var node: String
        var account: String?
        var labels: [Label]
        var addresses: [IPAddress]
        /// Of one container each; the last one's are an init container's when there are several (T51).
        var containers: [[NamedPort]]
        /// Of a WorkloadEndpoint.
        var profiles: [String]
    }

    struct Service {
        var namespace: String
        var name: String
        /// Without slices a rule that names it matches nothing.
        var hasSlices: Bool
    }

    struct Tier {
        var name: String
        var hasObject: Bool
    }

    var namespaces: [Namespace] = []
    var accounts: [Account] = []
    var nodes: [Node] = []
    var pods: [Pod] = []
    var services: [Service] = []
    var profiles: [String] = []
    var tiers: [Tier] = []
    /// Blocks of both families that rules and network sets name.
    var blocks: [IPPrefix] = []
    var emphasis: Emphasis

    init(_ dice: inout Dice) { emphasis = Emphasis(&dice) }

    func blocks(of family: IPFamily) -> [IPPrefix] { blocks.filter { $0.family == family } }
}

/// Words that occur again and again, so that selectors meet labels.
enum Words {
    static let namespaces = ["default", "shop", "prod", "team-x", "a", "kube-system"]
    static let labelKeys = ["role", "env", "team", "x", "has", "in", "app.kubernetes.io/name"]
    static let labelValues = ["web", "db", "prod", "a", "b", "", "all", "a.b-c_d", "1"]
    static let accounts = ["default", "web", "db", String(repeating: "long-", count: 14) + "name"]
    static let portNames = ["http", "dns", "metrics", "http-2"]
    /// One of them no pod has.
    static let rulePortNames = portNames + ["nobodys"]
    static let policyNames = ["a", "a-b", "a.b", "b", "allow", "deny", "security.p", "app.p", "p1", "p2", "p3", "zz"]
    static let nodes = ["n1", "n2", "n3"]

    /// Ports at which ranges begin and end.
    static let ports: [UInt16] = [1, 22, 53, 79, 80, 81, 443, 1023, 1024, 4789, 8080, 8090, 30_000, 65_534, 65_535]
}

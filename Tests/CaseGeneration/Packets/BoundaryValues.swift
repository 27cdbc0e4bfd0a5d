import NetTypes
import NetworkTopology
import PolicyIR
import Selectors
import Workspace

/// Where verdicts may change: the edges of everything that the resolved rules of a cluster name, and their neighbours.
struct BoundaryValues {
    private(set) var addresses: [IPFamily: [IPAddress]] = [:]
    private(set) var podAddresses: [IPFamily: [IPAddress]] = [:]
    private(set) var nodeAddresses: [IPFamily: [IPAddress]] = [:]
    /// Of the first node.
    private(set) var vxlanPort: UInt16 = 4789
    /// The nodes' own packets are judged, too.
    private(set) var hasHostEndpoints = false
    private(set) var ports: [UInt16] = []
    private(set) var protocols: [IPProtocol] = []
    private(set) var icmpTypes: [UInt8] = []
    private(set) var icmpCodes: [UInt8] = []
    /// Every rule that some endpoint meets.
    private(set) var rules: [TargetRule] = []

    struct TargetRule {
        var direction: Direction
        var rule: PolicyRule
        /// Addresses of the endpoints that meet it.
        var subjects: [IPAddress]
    }

    private static let outside = [
        "8.8.8.8", "198.51.100.7", "10.0.200.1", "2001:db8:ffff::9", "2606:4700::1", "203.0.113.9",
    ]
    .compactMap { IPAddress($0) }

    init(_ cluster: ResolvedCluster) {
        vxlanPort = cluster.nodeSettings.first?.tunnels.vxlanPort ?? vxlanPort
        hasHostEndpoints = !cluster.hostEndpoints.isEmpty
        collectRules(cluster)
        collectAddresses(cluster)
        collectPorts(cluster)
        let named = rules.flatMap { [$0.rule.proto, $0.rule.notProto] }.compactMap { $0 }
        protocols = named.flatMap { Self.around($0.rawValue) }.map { IPProtocol($0) }
        let icmp = rules.flatMap { [$0.rule.icmp, $0.rule.notICMP] }.compactMap { $0 }
        icmpTypes = icmp.flatMap { Self.around($0.type) } + [0, 3, 8, 128, 135, 255]
        icmpCodes = icmp.compactMap(\.code).flatMap { Self.around($0) } + [0, 1]
    }

    private mutating func collectRules(_ cluster: ResolvedCluster) {
        let ends =
            zip(cluster.endpoints, cluster.topology.endpoints).map {
                (object: $0.object, profiles: $0.profiles, addresses: $1.addresses)
            }
            + zip(cluster.hostEndpoints, cluster.topology.hostEndpoints).map {
                (
                    object: $0.object, profiles: $0.profiles,
                    addresses: cluster.topology.nodes[$1.node.value].addresses
                )
            }
        for direction in Direction.allCases {
            for policy in cluster.tiers.flatMap(\.policies) where policy.governs(direction) {
                let selected = ends.filter { policy.selector.matches(cluster.objects[$0.object].labels) }
                add(policy.rules(direction), direction, selected.flatMap(\.addresses))
            }
            for profile in cluster.profiles.values.sorted(by: { $0.name < $1.name }) {
                let bearers = ends.filter { $0.profiles.contains(profile.name) }
                add(profile.rules(direction), direction, bearers.flatMap(\.addresses))
            }
        }
    }

    private mutating func add(_ rules: [PolicyRule], _ direction: Direction, _ subjects: [IPAddress]) {
        guard !subjects.isEmpty else { return }
        self.rules += rules.map { TargetRule(direction: direction, rule: $0, subjects: subjects) }
    }

    private mutating func collectAddresses(_ cluster: ResolvedCluster) {
        let ends = rules.flatMap { [$0.rule.source, $0.rule.destination] }
        let blocks = ends.flatMap { $0.nets + $0.notNets } + cluster.objects.flatMap(\.prefixes)
        let members = cluster.serviceMembers.values.joined().map { IPPrefix(host: $0.address) }
        let nodes = cluster.topology.nodes.flatMap(\.addresses)
        let edges = (blocks + members + nodes.map { IPPrefix(host: $0) }).flatMap(Self.edges) + Self.outside
        let pods = cluster.topology.endpoints.flatMap(\.addresses)
        for family in IPFamily.allCases {
            addresses[family] = Array(Set(edges).filter { $0.family == family }).sorted()
            podAddresses[family] = pods.filter { $0.family == family }
            nodeAddresses[family] = nodes.filter { $0.family == family }
        }
    }

    private mutating func collectPorts(_ cluster: ResolvedCluster) {
        let ends = rules.flatMap { [$0.rule.source, $0.rule.destination] }
        let ranges = ends.flatMap { $0.ports + $0.notPorts }.flatMap { [$0.first, $0.last] }
        let named = cluster.objects.flatMap(\.namedPorts).map(\.port)
        let services = cluster.serviceMembers.values.joined().flatMap(\.ports).map(\.port)
        let tunnels =
            cluster.nodeSettings.compactMap(\.refusedVXLANPort) + cluster.nodeSettings.map(\.tunnels.vxlanPort)
        let failsafes = cluster.nodeSettings.prefix(hasHostEndpoints ? 1 : 0)
            .flatMap { $0.failsafes.inbound + $0.failsafes.outbound }.map(\.port)
        ports = Array(
            Set((ranges + named + services + tunnels + failsafes).flatMap { Self.around($0) } + [0, 80, 65_535])
        ).sorted()
    }

    /// First and last address of a block, and those just outside it.
    static func edges(_ block: IPPrefix) -> [IPAddress] {
        let all: UInt128 = block.family == .v4 ? 0xffff_ffff : .max
        var bits = [block.first.bits, block.last.bits]
        if block.first.bits > 0 { bits.append(block.first.bits - 1) }
        if block.last.bits < all { bits.append(block.last.bits + 1) }
        return bits.map { IPAddress(family: block.family, bits: $0) }
    }

    /// The number and its neighbours.
    static func around<Number: FixedWidthInteger>(_ number: Number) -> [Number] {
        var numbers = [number]
        if number > .min { numbers.append(number - 1) }
        if number < .max { numbers.append(number + 1) }
        return numbers
    }
}

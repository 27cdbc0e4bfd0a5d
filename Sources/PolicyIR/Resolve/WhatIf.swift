import Diagnostics
import NetTypes
import Resources

/// Pods for workload templates and unscheduled Pods: the "what if" of kubernetes.md 7.
///
/// Names, nodes and addresses depend on the set of resources alone: workloads in order of (kind, namespace, name),
/// ordinals from 0, nodes in turn, addresses counted up inside a block that no CIDR of the input narrower than /4
/// overlaps.
struct WhatIf {
    /// One made-up pod and the node it runs on.
    struct Placed {
        var pod: Pod
        var node: String
    }

    private let nodes: [String]
    private var allocators: [AddressAllocator]
    private var turn = 0
    private(set) var placed: [Placed] = []

    static let syntheticNode = "what-if-node"
    /// A template's replicas beyond this number are not told apart by any policy; they are left out with a warning.
    static let maximumReplicas = 1_000

    private(set) var diagnostics: [Diagnostic] = []

    /// `avoiding` are all blocks of the input; `families` those that its pods and nodes use.
    init(nodes: [String], avoiding: [IPPrefix], families: Set<IPFamily>) {
        self.nodes = nodes.isEmpty ? [Self.syntheticNode] : nodes.sorted(by: TierOrdering.bytewise)
        allocators = IPFamily.allCases.filter { families.contains($0) || $0 == .v4 }
            .map { AddressAllocator(family: $0, avoiding: avoiding) }
    }

    /// Gives an unscheduled or address-less Pod a node and addresses.
    mutating func place(_ pod: Pod) {
        var pod = pod
        let node = pod.spec.nodeName ?? nextNode()
        pod.spec.nodeName = node
        if pod.addresses.isEmpty { pod.addresses = nextAddresses() }
        placed.append(Placed(pod: pod, node: node))
    }

    mutating func place(_ workload: Workload) {
        let perNode = workload.kind == .daemonSet
        var count = perNode ? nodes.count : workload.replicas
        if count > Self.maximumReplicas {
            diagnostics.append(
                Diagnostic(
                    .warning, "what-if-replicas", at: workload.meta.location, field: "spec.replicas",
                    "\(count) replicas asked for, \(Self.maximumReplicas) pods made up; all have the same labels, so "
                        + "the same policies apply to the rest"))
            count = Self.maximumReplicas
        }
        for ordinal in 0..<count {
            var meta = workload.template
            meta.name = "\(workload.meta.name)-\(ordinal)"
            meta.namespace = workload.meta.namespace
            meta.location = workload.meta.location
            var spec = workload.spec
            let node = perNode ? nodes[ordinal] : (spec.nodeName ?? nextNode())
            spec.nodeName = node
            let pod = Pod(
                meta: meta, spec: spec, addresses: spec.hostNetwork ? [] : nextAddresses(), isFinished: false)
            placed.append(Placed(pod: pod, node: node))
        }
    }

    private mutating func nextNode() -> String {
        defer { turn += 1 }
        return nodes[turn % nodes.count]
    }

    private mutating func nextAddresses() -> [IPAddress] {
        allocators.indices.map { allocators[$0].next() }
    }
}

/// Counts addresses up inside the first candidate block that nothing of the input overlaps.
private struct AddressAllocator {
    private let base: IPAddress
    private var used: UInt128 = 0

    init(family: IPFamily, avoiding: [IPPrefix]) {
        let narrow = avoiding.filter { $0.family == family && $0.length > 4 }
        let candidates = Self.candidates(family)
        let free = candidates.first { candidate in
            !narrow.contains { $0.contains(candidate) || candidate.contains($0) }
        }
        base = (free ?? candidates[0]).address
    }

    mutating func next() -> IPAddress {
        used += 1
        return IPAddress(family: base.family, bits: base.bits + used)
    }

    /// Shared address space first (RFC 6598), then benchmarking, private and reserved space: 1,000 blocks and more.
    private static func candidates(_ family: IPFamily) -> [IPPrefix] {
        switch family {
        case .v4:
            let firsts: [(UInt32, UInt32)] = [
                (100 << 8 | 64, 64), (198 << 8 | 18, 2), (172 << 8 | 16, 16), (10 << 8, 256), (240 << 8, 3840),
            ]
            return firsts.flatMap { first, count in
                (0..<count).map { IPPrefix(IPAddress(v4: (first + $0) << 16), length: 16) }
            }
        case .v6:
            return (0..<4096).map { IPPrefix(IPAddress(v6: (0xfd << 120) | UInt128($0) << 64), length: 64) }
        }
    }
}

import Classification
import Diagnostics
import KernelVerification
import Matching
public import NetTypes
import NetworkTopology
import NftablesKernel
import PacketDecoding
public import TraceReplay
public import Workspace

/// `replay --verify-kernel`: the packets of a trace through the compiled rules in the real kernel, one private namespace
/// per emulated node, in order and with the kernel's own connection tracking; verdicts and counters compared.
public struct KernelReplay {
    /// A packet on which the kernel and the replay differ.
    public struct Difference: Sendable {
        public var frame: Int
        public var node: String
        public var packet: String
        public var replay: Verdict
        public var kernel: Verdict
    }

    /// A rule that the kernel counted otherwise.
    public struct CounterDifference: Sendable {
        public var node: String
        public var rule: String
        public var replay: UInt64
        public var kernel: UInt64
    }

    public struct Report: Sendable {
        /// Packets put before a node's kernel; one that crosses two nodes counts twice.
        public var compared = 0
        public var differences: [Difference] = []
        public var countersCompared = 0
        public var counterDifferences: [CounterDifference] = []
        /// Packets that the kernel could not be asked about, by reason.
        public var skipped: [String: Int] = [:]

        /// One line.
        public var summary: String {
            let left = skipped.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            return "kernel: \(compared) packets compared, \(differences.count) differences; \(countersCompared) rule "
                + "counters compared, \(counterDifferences.count) differences"
                + (left.isEmpty ? "" : "; not put before the kernel: \(left)")
        }

        /// Every difference, then the summary.
        public var lines: [String] {
            differences.map { difference in
                "frame \(difference.frame) at \(difference.node): \(difference.packet): replay "
                    + "\(difference.replay.word), kernel \(difference.kernel.word)"
            }
                + counterDifferences.map { difference in
                    "counter at \(difference.node): \(difference.rule): replay \(difference.replay), kernel "
                        + "\(difference.kernel)"
                } + [summary]
        }

        public var agrees: Bool { differences.isEmpty && counterDifferences.isEmpty }
    }

    private struct Presented {
        var frame: Int
        var hop: Passage.Hop
        var packets: [Injection]
    }

    private let inputs: LoadedInputs
    /// By node.
    private var presented: [Int: [Presented]] = [:]
    private var report = Report()

    public init(_ inputs: LoadedInputs) { self.inputs = inputs }

    /// Takes packets that the replay judged, in order.
    public mutating func add(_ passages: [Passage]) {
        for passage in passages {
            guard let reason = obstacle(passage) else {
                for hop in passage.hops { present(hop, of: passage) }
                continue
            }
            report.skipped[reason, default: 0] += 1
        }
    }

    /// Runs everything that was taken.
    public mutating func run() throws(EngineError) -> Report {
        for (node, packets) in presented.sorted(by: { $0.key < $1.key }) { try run(packets, at: NodeIndex(node)) }
        return report
    }

    // MARK: Packets

    /// Why the kernel would not judge this packet in a namespace as it does on the node; `nil` when it would.
    private func obstacle(_ passage: Passage) -> String? {
        guard let key = passage.hops.first?.key else { return "without a node" }
        if passage.isCut { return "cut by the snapshot length" }
        if passage.hops.contains(where: { ($0.key.source, $0.key.destination) != (key.source, key.destination) }) {
            return "to a service with several backends"
        }
        if passage.hops.contains(where: { $0.visit.translation != .none && hasHostEndpoints($0.visit.node) }) {
            return "translated at a node with host endpoints"
        }
        let original = IPAddress(bytes: passage.bytes[addressRange(passage.bytes, isSource: false)])
        if key.transport == .icmp, original != key.destination { return "translated ICMP" }
        return isForwardable(key) ? nil : "link-local, multicast or martian"
    }

    /// Untracked and preDNAT policy would see the packet untranslated, which is put there translated.
    private func hasHostEndpoints(_ node: NodeIndex) -> Bool {
        !inputs.tree.topology.hostBindings[node.value].isEmpty
    }

    private func addressRange(_ bytes: [UInt8], isSource: Bool) -> Range<Int> {
        let isIPv4 = bytes.first.map { $0 >> 4 == 4 } ?? true
        let length = isIPv4 ? 4 : 16
        let start = (isIPv4 ? 12 : 8) + (isSource ? 0 : length)
        return min(start, bytes.count)..<min(start + length, bytes.count)
    }

    /// Addresses between which the kernel forwards or delivers at all (linux/route.c `ip_route_input_slow`,
    /// ip6_forward).
    private func isForwardable(_ key: FlowKey) -> Bool {
        let never: [String] =
            key.family == .v4
            ? ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32"]
            : ["ff00::/8", "fe80::/10", "::/127"]
        return !never.compactMap { IPPrefix($0) }.contains { $0.contains(key.source) || $0.contains(key.destination) }
    }

    private mutating func present(_ hop: Passage.Hop, of passage: Passage) {
        let origin =
            inputs.tree.topology.interfaceName(hop.visit.from).map { Injection.Origin.interface($0) } ?? .local
        let packet = PacketEncoding.translated(
            passage.bytes, to: hop.key, transportOffset: passage.transportOffset, timeToLive: 64)
        let pieces = (packet.count + 1_199) / 1_200
        var packets = [packet]
        if passage.wasFragmented || packet.count > 1_500, pieces > 1 {
            let identification = UInt32(truncatingIfNeeded: passage.frame)
            packets =
                (try? PacketEncoding.fragments(of: packet, count: pieces, identification: identification)) ?? [packet]
        }
        presented[hop.visit.node.value, default: []].append(
            Presented(
                frame: passage.frame, hop: hop,
                packets: packets.map { Injection(origin, $0) }))
    }

    // MARK: One node

    private mutating func run(_ packets: [Presented], at node: NodeIndex) throws(EngineError) {
        let topology = inputs.tree.topology
        let batch = try NodeBatch.bytes(inputs.tree, node, engine: .kernel)
        let observations: [Observation]
        let counters: [UInt32: TableStatus.Counter]
        do throws(KernelHarnessError) {
            let kernel = try KernelNode(topology.layout(of: node))
            try kernel.load(batch: batch)
            observations = try kernel.observe(conversations: [packets.flatMap(\.packets)]).first ?? []
            counters = try kernel.inside { () throws(KernelHarnessError) in try KernelReplay.counters() }
        } catch {
            throw EngineError(engine: .kernel, message: "\(error)", isEnvironment: true)
        }
        compare(packets, observations, at: node)
        compareCounters(packets, counters, at: node)
    }

    private static func counters() throws(KernelHarnessError) -> [UInt32: TableStatus.Counter] {
        do throws(KernelError) {
            return try NftKernel().status()?.countersBySite ?? [:]
        } catch {
            throw .noAnswer("\(error)")
        }
    }

    private mutating func compare(_ packets: [Presented], _ observations: [Observation], at node: NodeIndex) {
        var position = 0
        for packet in packets {
            let verdict = position < observations.count ? observations[position].verdict : .drop
            position += packet.packets.count
            report.compared += 1
            guard verdict != packet.hop.judgement.verdict else { continue }
            report.differences.append(
                Difference(
                    frame: packet.frame, node: inputs.tree.topology.nodes[node.value].name,
                    packet: packet.hop.key.description, replay: packet.hop.judgement.verdict, kernel: verdict))
        }
    }

    /// Policy rules and ends of tiers, those that only log left out; established packets meet none of them.
    private mutating func compareCounters(
        _ packets: [Presented], _ counters: [UInt32: TableStatus.Counter], at node: NodeIndex
    ) {
        var expected: [UInt32: UInt64] = [:]
        for packet in packets {
            for step in packet.hop.judgement.steps { expected[step.site.value, default: 0] += 1 }
        }
        for site in Set(expected.keys).union(counters.keys).sorted() where isPolicy(SiteID(site)) {
            report.countersCompared += 1
            let (mine, kernels) = (expected[site] ?? 0, counters[site]?.packets ?? 0)
            guard mine != kernels else { continue }
            report.counterDifferences.append(
                CounterDifference(
                    node: inputs.tree.topology.nodes[node.value].name, rule: ruleText(SiteID(site)), replay: mine,
                    kernel: kernels))
        }
    }

    private func isPolicy(_ site: SiteID) -> Bool {
        guard inputs.tree.sites.indices.contains(Int(site.value)) else { return false }
        switch inputs.tree.sites[Int(site.value)].kind {
        case .fixed: return false
        case .rule(let chain, let rule): return inputs.tree.chains[chain.value].rules[rule].action != .log
        case .endOfTier, .noProfile, .missingProfile: return true
        }
    }

    private func ruleText(_ site: SiteID) -> String {
        let place = inputs.tree.location(of: site).map { " (\(inputs.sources.lineText($0)))" } ?? ""
        return "\(inputs.tree.cause(of: site))\(place)"
    }
}

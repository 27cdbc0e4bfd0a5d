import Classification
import Foundation
import NetTypes
import NetworkTopology
import PolicyIR
import Workspace

/// A case of measured packets, ready to be asked about: its cluster, its node, and the packets in conversations.
struct ProbeCase {
    let inputs: LoadedInputs
    let node: NodeIndex
    let file: ProbesFile
    private let byID: [Int: ProbesFile.Probe]

    init(_ test: PolicyTestCase) throws(PolicyTestError) {
        file = try ProbesFile.read(test.probes)
        var options = ResolveOptions(whatIf: true)
        options.interfaces = file.outsideInterfaces
        options.defaultInterface = "eth0"
        options.nodeAddresses = [file.node: file.ownAddresses]
        inputs = test.load(options)
        guard let node = inputs.tree.topology.node(named: file.node) else {
            throw PolicyTestError(message: "\(test.probes.path): the manifests know no node \(file.node)")
        }
        self.node = node
        byID = Dictionary(file.probes.map { ($0.id, $0) }) { first, _ in first }
    }

    var topology: Topology { inputs.tree.topology }

    /// Probes that share a connection table, each conversation in order; in the order of their first ones.
    var conversations: [[ProbesFile.Probe]] {
        var order: [Int] = []
        var members: [Int: [ProbesFile.Probe]] = [:]
        for probe in file.probes.sorted(by: { $0.id < $1.id }) {
            let root = opener(of: probe).id
            if members[root] == nil { order.append(root) }
            members[root, default: []].append(probe)
        }
        return order.compactMap { members[$0] }
    }

    func probe(_ id: Int) -> ProbesFile.Probe? { byID[id] }

    /// The first packet of the probe's conversation.
    func opener(of probe: ProbesFile.Probe) -> ProbesFile.Probe {
        var probe = probe
        for _ in byID.indices {
            guard let previous = probe.after.flatMap({ byID[$0] }) else { break }
            probe = previous
        }
        return probe
    }

    func translation(of probe: ProbesFile.Probe) -> ProbeTranslation? {
        file.nat?.first { entry in
            guard entry.protocol.number == probe.protocol.number, entry.port == probe.port else { return false }
            return entry.dst.map { $0.value == probe.dst.value } ?? (topology.owner(of: probe.dst.value) == .node(node))
        }
    }

    // MARK: Paths

    /// The probe's way through the node as it enters, and the same translated where a translation applies.
    func visits(of probe: ProbesFile.Probe) -> (plain: Visit, translated: Visit?) {
        let from = attachment(probe.in)
        let plain = Visit(
            node: node, from: from,
            to: translation(of: probe) == nil
                ? attachment(probe.out) : topology.visit(node, probe.src.value, probe.dst.value).to,
            translation: isAnswerOfTranslated(probe) ? .answer : .none)
        guard translation(of: probe) != nil else { return (plain, nil) }
        return (
            plain,
            Visit(
                node: node, from: from, to: attachment(probe.out),
                translation: .destination(original: probe.dst.value, port: probe.port ?? 0, to: plain.to))
        )
    }

    private func isAnswerOfTranslated(_ probe: ProbesFile.Probe) -> Bool {
        let first = opener(of: probe)
        return first.id != probe.id && first.src != probe.src && translation(of: first) != nil
    }

    private func attachment(_ interface: String) -> Attachment {
        if interface == "local" { return .host }
        if let index = topology.endpoints.firstIndex(where: { $0.node == node && $0.interface == interface }) {
            return .workload(EndpointIndex(index))
        }
        let prefixes = inputs.tree.nodeSettings[node.value].interfacePrefixes
        return prefixes.contains { interface.hasPrefix($0) }
            ? .unknownWorkload(interface: interface) : .outside(interface: interface)
    }
}

extension ProbesFile {
    /// What the probes tell of the node's own addresses.
    fileprivate var ownAddresses: [IPAddress] {
        let translated = Set((nat ?? []).map { $0.dst?.value })
        let received = probes.filter { $0.out == "local" && !translated.contains($0.dst.value) }.map(\.dst.value)
        return Set(received + probes.filter { $0.in == "local" }.map(\.src.value)).sorted()
    }

    /// The interfaces besides the default one that lead outside, with the addresses that the probes met behind them.
    fileprivate var outsideInterfaces: [Topology.OutsideInterface] {
        var addresses: [String: Set<IPAddress>] = [:]
        for probe in probes {
            addresses[probe.in, default: []].insert(probe.src.value)
            let isTranslated = (nat ?? []).contains { $0.dst == nil || $0.dst == probe.dst }
            if !isTranslated { addresses[probe.out, default: []].insert(probe.dst.value) }
        }
        return addresses.filter { !["local", "eth0"].contains($0.key) && !$0.key.hasPrefix("cali") }
            .sorted { $0.key < $1.key }
            .map { Topology.OutsideInterface(name: $0.key, prefixes: $0.value.sorted().map { IPPrefix(host: $0) }) }
    }
}

extension ExpectFile.NumberOrName {
    var number: IPProtocol? {
        switch self {
        case .number(let number): IPProtocol(number)
        case .name(let name): IPProtocol(calicoName: name)
        }
    }

    var text: String {
        switch self {
        case .number(let number): IPProtocol(number).description
        case .name(let name): name
        }
    }
}

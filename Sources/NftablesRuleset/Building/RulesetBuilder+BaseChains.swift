import Classification
import Diagnostics
import NetTypes
import NetworkTopology

extension RulesetBuilder {
    /// The chains that the kernel enters, and everything that they lead to.
    mutating func addBaseChains(for ends: ViewEndpoints) {
        let fromPods = "cali-from-pod"
        let toPods = "cali-to-pod"
        addRawChains(ends)
        addPreDNATChain(ends.host)
        let senders = ends.endpoints.map {
            ProgramUse(
                key: ProgramKey(pod: $0.programs.egress, .egress, $0.settings), interface: $0.interface, user: $0.name)
        }
        let receivers = ends.endpoints.map {
            ProgramUse(
                key: ProgramKey(pod: $0.programs.ingress, .ingress, $0.settings), interface: $0.interface,
                user: $0.name)
        }
        addMap(fromPods, "egress of each pod", senders, users(of: senders))
        addMap(toPods, "ingress of each pod", receivers, users(of: receivers))
        let unknownSender = ends.prefixes.map { prefix in
            fixed([.inputInterface(.startingWith(prefix))], .drop, .unknownInterface, "unknown pod interface")
        }
        addForwardFromHost(ends.host)
        // The host endpoint of any interface has accepted them already (calico.md 4.3).
        let known =
            ends.host.wildcard == nil ? [] : ends.prefixes.map { established([.inputInterface(.startingWith($0))]) }
        addBase(
            "cali-forward-from-pod", .forward, 0, "policy of the sending pod",
            [NftRule([.verdictMap(.inputInterface, map: fromPods)])] + known + unknownSender)
        addBase(
            "cali-forward-to-pod", .forward, 1, "policy of the receiving pod",
            [NftRule([.verdictMap(.outputInterface, map: toPods)])] + unknownReceiver(ends))
        addForwardToHost(ends.host)
        addServiceLoop(ends)
        let tunnels = ends.host.settings.tunnels
        let fromNodes = tunnelAccepts(tunnels, between: .source)
        addBase(
            "cali-input", .input, 0, "policy of what comes to the node",
            fromNodes + tunnelDrops(tunnels) + ends.workloadPatterns.flatMap { housekeeping(from: $0) }
                + [NftRule([.verdictMap(.inputInterface, map: fromPods)])] + unknownSender + hostIngress(ends.host))
        addBase(
            "cali-input-to-host", .input, 1, "defaultEndpointToHostAction", fromNodes + hostDispatch(ends))
        addOutputChains(ends)
    }

    mutating func addBase(
        _ name: String, _ hook: NftChain.Hook, _ priority: Int32, _ origin: String, _ rules: [NftRule]
    ) {
        let base = NftChain.Base(hook: hook, priority: priority)
        baseChains.append(NftChain(name: names.unique(name), base: base, origin: origin, rules: rules))
    }

    /// A pod interface without endpoint gets nothing, but for established packets out of a known interface: those pass in
    /// the first endpoint chain they enter, and no later one is asked (calico.md 4.3). Unknown senders were dropped at
    /// priority 0, so here every pod interface is known.
    private mutating func unknownReceiver(_ ends: ViewEndpoints) -> [NftRule] {
        let name = names.unique("cali-to-unknown-pod")
        let known = ends.judgedPatterns.map { $0.map { established([.inputInterface($0)]) } } ?? [conntrackAccept]
        let drop = fixed([], .drop, .unknownInterface, "unknown pod interface")
        programChains.append(
            NftChain(name: name, origin: "pod interface without endpoint", rules: known + [drop]))
        return ends.prefixes.map { lead(.goto(name), if: [.outputInterface(.startingWith($0))]) }
    }

    /// ICMPv6 130…133, 135 and 136 from a pod to its node pass before everything else (calico.md 4.6).
    private func housekeeping(from pattern: InterfacePattern? = nil) -> [NftRule] {
        let types: [ClosedRange<UInt8>] = [130...133, 135...136]
        return types.map { range in
            fixed(
                (pattern.map { [.inputInterface($0)] } ?? []) + [
                    .family(.v6), .l4proto(.equal, .icmpv6), .icmpType(.v6, .equal, range),
                ], .accept, .neighbourDiscovery, "neighbour discovery and multicast listeners")
        }
    }

    /// What the nodes do with accepted packets of their pods, where all do the same by prefix, else by interface.
    private mutating func hostDispatch(_ ends: ViewEndpoints) -> [NftRule] {
        var chains: [HostAction: String] = [:]
        var entries: [NftSet.InterfaceVerdict] = []
        for endpoint in ends.endpoints {
            let action = HostAction(endpoint.settings)
            let chain = chains[action] ?? addHostChain(action)
            chains[action] = chain
            entries.append(NftSet.InterfaceVerdict(interface: endpoint.interface, verdict: .goto(chain)))
        }
        if let only = chains.first?.value, chains.count == 1 {
            return ends.workloadPatterns.map { lead(.goto(only), if: [.inputInterface($0)]) }
        }
        guard !entries.isEmpty else { return [] }
        let map = "cali-pod-to-host"
        sets.add(NftSet(name: map, contents: .interfaceVerdicts(entries), origin: "action of each pod's node"))
        return [NftRule([.verdictMap(.inputInterface, map: map)])]
    }

    private mutating func addHostChain(_ action: HostAction) -> String {
        let name = names.unique("cali-to-host")
        let place = action.location.map { " " + tree.sources.lineText($0) } ?? ""
        let origin = "defaultEndpointToHostAction \(action.action.rawValue)\(place)"
        let last =
            switch action.action {
            case .drop: fixed([], .drop, .endpointToHostDrop, origin)
            case .accept: fixed([], .accept, .endpointToHostAccept, origin)
            case .return: fixed([], .accept, .endpointToHostReturn, origin)
            }
        programChains.append(
            NftChain(name: name, origin: origin, rules: housekeeping() + [conntrackAccept, last]))
        return name
    }
}

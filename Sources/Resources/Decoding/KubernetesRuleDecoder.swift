import Diagnostics
import ManifestReading
import NetTypes

/// Decodes the rules of a Kubernetes NetworkPolicy (kubernetes.md 2).
struct KubernetesRuleDecoder {
    /// In a StagedKubernetesNetworkPolicy only what Calico's converter chokes on is refused.
    let isStaged: Bool

    func rule(_ rule: ObjectDecoder, peers: String) -> KubernetesPolicy.Rule {
        KubernetesPolicy.Rule(
            peers: rule[peers].objects().compactMap(peer), ports: rule["ports"].objects().compactMap(port),
            location: rule.field.location)
    }

    // MARK: Peers

    private func peer(_ peer: ObjectDecoder) -> Located<KubernetesPolicy.Peer>? {
        let pods = peer["podSelector"]
        let namespaces = peer["namespaceSelector"]
        let block = peer["ipBlock"]
        let hasSelector = pods.isPresent || namespaces.isPresent
        guard hasSelector || block.isPresent else {
            peer.field.error(.emptyPeer)
            return nil
        }
        if hasSelector, block.isPresent { peer.field.error(.mixedPeer) }
        let value: KubernetesPolicy.Peer? =
            if block.isPresent {
                self.block(block).map { .block($0) }
            } else {
                .selectors(pods: pods.labelSelector(), namespaces: namespaces.labelSelector())
            }
        return value.map { Located($0, at: peer.field.location) }
    }

    private func block(_ field: Field) -> KubernetesPolicy.Block? {
        guard let object = field.object() else { return nil }
        guard let text = object["cidr"].requiredString() else { return nil }
        guard let cidr = object["cidr"].block(text) else { return nil }
        let except = object["except"].strings().compactMap { entry -> IPPrefix? in
            guard let carved = entry.field.block(entry.text) else { return nil }
            if !cidr.isStrictSuperset(of: carved) {
                entry.field.error(
                    .invalidValue(entry.text, "must be a strict subset of `cidr`"),
                    notes: [object["cidr"].note("the block \(text)")])
            }
            return carved.prefix
        }
        return KubernetesPolicy.Block(cidr: cidr.prefix, except: except)
    }

    // MARK: Ports

    private func port(_ port: ObjectDecoder) -> Located<KubernetesPolicy.Port>? {
        let proto = port["protocol"].isPresent ? portProtocol(port["protocol"]) : .tcp
        let endPort = port["endPort"].integer()
        let number = PortReference.decode(port["port"])
        if let problem = endPortProblem(number, endPort, isPresent: port["port"].isPresent) {
            port["endPort"].error(problem)
        }
        guard let value = portMatch(port, number, endPort), let proto else { return nil }
        return Located(KubernetesPolicy.Port(proto: proto, port: value), at: port.field.location)
    }

    private func portProtocol(_ field: Field) -> IPProtocol? {
        guard let text = field.string() else { return nil }
        if let proto = IPProtocol(calicoName: text), proto.allowsPortMatch { return proto }
        if isStaged, let proto = IPProtocol(calicoName: text) {
            field.warning(.stagedPortProtocol(text))
            return proto
        }
        field.error(.kubernetesProtocol(text))
        return nil
    }

    private func endPortProblem(_ port: PortReference?, _ endPort: Int?, isPresent: Bool) -> Finding? {
        guard let endPort else { return nil }
        switch port {
        case nil where !isPresent:
            return .invalidValue(printed: "\(endPort)", "may not be specified when `port` is not specified")
        case nil: return nil
        case .name?: return .invalidValue(printed: "\(endPort)", "may not be specified when `port` is non-numeric")
        case .number(let first)?:
            if endPort < first {
                return .invalidValue(
                    printed: "\(first)", "must be greater than or equal to `port`", hint: "endPort is \(endPort)")
            }
            return (1...65535).contains(endPort) ? nil : .notBetween(endPort, 1...65535)
        }
    }

    /// Outer `nil`: refused; inner `nil`: every port of the protocol.
    private func portMatch(_ object: ObjectDecoder, _ port: PortReference?, _ endPort: Int?) -> CalicoPort?? {
        let field = object["port"]
        switch port {
        case nil: return field.isPresent ? .none : .some(nil)
        case .name(let name)?:
            let problems = APIName.portNameProblems(name)
            if let problem = problems.first {
                let finding = Finding.invalidValue(name, problem, hint: PortReference.hint(for: name))
                guard isStaged else {
                    field.error(finding)
                    return .none
                }
                field.warning(finding)
            }
            return .some(.name(name))
        case .number(let number)?:
            if isStaged, number == 0 {
                field.warning(.notBetween(number, 1...65535))
                return .some(.range(PortRange(0)))
            }
            guard let first = UInt16(exactly: number), first > 0 else {
                field.error(.notBetween(number, 1...65535))
                return .none
            }
            guard let last = UInt16(exactly: endPort ?? number), last >= first else { return .none }
            return .some(.range(PortRange(first, last)))
        }
    }
}

import Classification
import NetTypes
import NetworkTopology
import PolicyIR
import PolicyTesting
import Workspace

extension Disagreement {
    /// The `dataplane check` that asks the same; `nil` where a case is none that `check` can ask about: another state
    /// than new, a transport header out of reach, a path of its own, or an address that it would translate.
    public func checkCommand(folder: String) -> String? {
        let key = packet.key
        guard case .hop = packet.path, packet.state == .new, packet.translation == .none, isOnFirstInterface,
            key.transport != .unreadable,
            key.source != key.destination,
            policies.load().tree.services.entry(for: key) == nil
        else { return nil }
        var words = ["dataplane check \(key.source) \(key.destination)", "--protocol \(key.proto.rawValue)"]
        switch key.transport {
        case .ports:
            guard key.destinationPort > 0, key.sourcePort > 0 else { return nil }
            words += ["--port \(key.destinationPort)", "--source-port \(key.sourcePort)"]
        case .icmp: words.append("--icmp-type \(key.icmpType)/\(key.icmpCode)")
        case .opaque, .unreadable: break
        }
        return (words + ["--engine \(engine.rawValue)", "-v", "-f \(folder)"]).joined(separator: " ")
    }

    /// `check` knows one interface only.
    private var isOnFirstInterface: Bool {
        guard let visit = packet.request(policies.load().cluster.topology)?.visit else { return false }
        return [visit.from, visit.to].allSatisfy { $0 != .outside(interface: PolicySet.secondInterface) }
    }
}

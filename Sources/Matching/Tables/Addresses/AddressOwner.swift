import NetTypes
import NetworkTopology

/// Whose an address is, in 4 bytes: endpoints from 0 on, -1 outside, nodes from -2 down; refused endpoints stand behind
/// the endpoints.
struct AddressOwner: Hashable, Sendable {
    var code: Int32

    static let outside = AddressOwner(code: -1)

    init(code: Int32) { self.code = code }

    init(_ owner: Topology.Owner, endpointCount: Int) {
        code =
            switch owner {
            case .endpoint(let index): Int32(truncatingIfNeeded: index.value)
            case .refused(let index): Int32(truncatingIfNeeded: endpointCount + index)
            case .node(let index): -2 - Int32(truncatingIfNeeded: index.value)
            case .outside: -1
            }
    }

    func owner(endpointCount: Int) -> Topology.Owner {
        if code >= 0 {
            return Int(code) < endpointCount
                ? .endpoint(EndpointIndex(Int(code))) : .refused(Int(code) - endpointCount)
        }
        return code == -1 ? .outside : .node(NodeIndex(-2 - Int(code)))
    }
}

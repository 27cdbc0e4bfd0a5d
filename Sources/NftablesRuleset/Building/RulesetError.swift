public import Diagnostics

/// Why no table can be made of a match tree.
public enum RulesetError: Error, Hashable, Sendable {
    /// Two endpoints of the view claim one interface: packets through it could be of either.
    case sharedInterface(String, endpoints: [String])
    /// The kernel allows no such name, or nft could not read it back.
    case illegalInterface(String, endpoint: String)
    case illegalInterfacePrefix(String, node: String)
    /// A host endpoint in a table for several nodes: all of them have interfaces of that name.
    case hostEndpointInSeveralNodes(String)
    /// Two nodes that treat what is nobody's endpoint differently, in a table for both.
    case differentSettings([String])
}

extension RulesetError {
    /// For the user. No place in the manifests is known here; the names say which object it is.
    public var diagnostic: Diagnostic {
        switch self {
        case .sharedInterface(let name, let endpoints):
            Diagnostic(
                .error, "interface-shared", at: nil,
                "interface \(name) belongs to \(endpoints.joined(separator: " and ")): a packet through it cannot be "
                    + "given to one of them, so no rules are made",
                hint: "choose the node with --node if they are on different nodes; else give one of them another "
                    + "interfaceName")
        case .illegalInterface(let name, let endpoint):
            Diagnostic(
                .error, "interface-name", at: nil,
                "endpoint \(endpoint) has the interface name \(JSONText.quoted(name)): 1 to 15 letters, digits, "
                    + "`.`, `_` or `-` are allowed; without it the endpoint's policies cannot be enforced")
        case .hostEndpointInSeveralNodes(let endpoint):
            Diagnostic(
                .error, "host-endpoint-view", at: nil,
                "host endpoint \(endpoint) belongs to an interface of one node, and other nodes have interfaces of the "
                    + "same name: rules of host endpoints can be made for one node at a time",
                hint: "choose the node with --node")
        case .differentSettings(let nodes):
            Diagnostic(
                .error, "node-settings", at: nil,
                "\(nodes.joined(separator: " and ")) have different tunnels, service ranges or ipv6Support: one table cannot treat "
                    + "their packets both ways",
                hint: "choose the node with --node")
        case .illegalInterfacePrefix(let prefix, let node):
            Diagnostic(
                .error, "interface-prefix", at: nil,
                "node \(node) has the pod interface prefix \(JSONText.quoted(prefix)): 1 to 15 letters, digits, `.`, "
                    + "`_` or `-` are allowed; pods without policy of their own could not be told from other links")
        }
    }
}

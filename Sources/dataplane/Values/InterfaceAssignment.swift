import NetTypes

/// `--interface NAME=CIDR[,CIDR]`: behind which interface of the node addresses outside the cluster are.
struct InterfaceAssignment: Sendable, Hashable {
    let name: String
    let prefixes: [IPPrefix]
    /// The node's own addresses on it: those written with bits beyond their length, as ip(8) shows them.
    let addresses: [IPAddress]

    static func decode(_ text: String) throws(UsageError) -> InterfaceAssignment {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw UsageError("'\(text)' is not of the form NAME=CIDR[,CIDR]") }
        guard isInterfaceName(parts[0]) else {
            throw UsageError("'\(parts[0])' is not an interface name: 1 to 15 bytes without blanks, / and :")
        }
        var prefixes: [IPPrefix] = []
        var addresses: [IPAddress] = []
        for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            guard let parsed = IPPrefix.parse(String(word)) else {
                throw UsageError("'\(word)' is not an address block: 198.51.100.0/24, 2001:db8::/32")
            }
            if parsed.hasHostBits, let address = word.split(separator: "/").first.flatMap({ IPAddress(String($0)) }) {
                addresses.append(address)
            }
            prefixes.append(parsed.prefix)
        }
        return InterfaceAssignment(name: String(parts[0]), prefixes: prefixes, addresses: addresses)
    }

    /// Those of a command line, checked. An address of a node needs to be told whose it is.
    static func all(_ arguments: ParsedArguments, node: String?) throws(UsageError) -> [InterfaceAssignment] {
        let interfaces = try arguments.values(of: ReplayOptions.interface)
        try check(interfaces)
        if node == nil, let address = interfaces.flatMap(\.addresses).first {
            throw UsageError("--interface: \(address) is an address of a node: which one?", hint: "name it by --node")
        }
        return interfaces
    }

    /// Refuses a block that is put behind two interfaces.
    static func check(_ assignments: [InterfaceAssignment]) throws(UsageError) {
        var owners: [IPPrefix: String] = [:]
        for assignment in assignments {
            for prefix in assignment.prefixes {
                let owner = owners.updateValue(assignment.name, forKey: prefix) ?? assignment.name
                guard owner == assignment.name else {
                    throw UsageError("--interface: \(prefix) is behind both \(owner) and \(assignment.name)")
                }
            }
        }
    }

    /// As the kernel's `dev_valid_name` has it.
    private static func isInterfaceName(_ name: Substring) -> Bool {
        (1...15).contains(name.utf8.count) && name != "." && name != ".."
            && !name.contains { $0 == "/" || $0 == ":" || $0.isWhitespace }
    }
}

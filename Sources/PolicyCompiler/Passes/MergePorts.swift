import Classification
import NetTypes

extension TreePass {
    /// Turns "port in these ranges, not in those" into ranges alone, where one range is left or none is taken away.
    /// Safe: the ports are the same, and both conditions want a packet with ports.
    static let mergePorts = TreePass(
        "merge-ports", "turns port ranges with exceptions into what is left"
    ) { tree in
        var tree = tree
        for chain in tree.chains.indices {
            for rule in tree.chains[chain].rules.indices {
                let match = tree.chains[chain].rules[rule].match
                if match.source.hasExceptions {
                    tree.chains[chain].rules[rule].match.source = match.source.withoutExceptions
                }
                if match.destination.hasExceptions {
                    tree.chains[chain].rules[rule].match.destination = match.destination.withoutExceptions
                }
            }
        }
        return tree
    }
}

extension SideMatch {
    fileprivate var hasExceptions: Bool { ports != nil && notPorts?.ranges.isEmpty == false }

    fileprivate var withoutExceptions: SideMatch {
        guard let ports, ports.namedSets.isEmpty, let excluded = notPorts else { return self }
        let left = ports.ranges.subtracting(excluded.ranges)
        // Several ranges are a set of ports; one less to look up in is worth nothing if it is a new one.
        guard left.count == 1 || left == ports.ranges else { return self }
        var side = self
        side.ports?.ranges = left
        side.notPorts = excluded.namedSets.isEmpty ? nil : PortMatch(ranges: [], namedSets: excluded.namedSets)
        return side
    }
}

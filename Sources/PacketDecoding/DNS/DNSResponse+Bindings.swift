public import NetTypes

/// A name, an address that it leads to, and for how many seconds.
public struct DNSBinding: Hashable, Sendable {
    public var name: String
    public var address: IPAddress
    public var timeToLive: UInt32

    public init(name: String, address: IPAddress, timeToLive: UInt32) {
        self.name = name
        self.address = address
        self.timeToLive = timeToLive
    }
}

extension DNSResponse {
    /// More than any resolver sends: bounds what one hostile message costs.
    public static let bindingLimit = 1024
    private static let chainLimit = 16

    /// Every name of the answer with the addresses that it leads to, over its aliases. What holds is the shortest time
    /// to live on the way. At most `bindingLimit`, in the order of the message; `isWhole` false when there are more.
    public var bindings: (list: [DNSBinding], isWhole: Bool) {
        var list: [DNSBinding] = []
        let aliases = aliasesByTarget
        for record in records {
            guard case .address(let address) = record.content else { continue }
            for (name, timeToLive) in names(leadingTo: record, aliases) {
                guard list.count < DNSResponse.bindingLimit else { return (list, false) }
                list.append(DNSBinding(name: name, address: address, timeToLive: timeToLive))
            }
        }
        return (list, true)
    }

    private typealias Aliases = [String: [(owner: String, timeToLive: UInt32)]]

    private var aliasesByTarget: Aliases {
        var aliases: Aliases = [:]
        for record in records {
            guard case .alias(let target) = record.content else { continue }
            aliases[target, default: []].append((record.owner, record.timeToLive))
        }
        return aliases
    }

    /// The owner, and what is an alias of it: level by level, each name once.
    private func names(leadingTo record: Record, _ aliases: Aliases) -> [(name: String, timeToLive: UInt32)] {
        var found = [(name: record.owner, timeToLive: record.timeToLive)]
        guard !aliases.isEmpty else { return found }
        var seen: Set<String> = [record.owner]
        var level = found
        for _ in 0..<DNSResponse.chainLimit where !level.isEmpty && found.count <= DNSResponse.bindingLimit {
            var next: [(name: String, timeToLive: UInt32)] = []
            for (target, timeToLive) in level {
                for alias in aliases[target] ?? [] where seen.insert(alias.owner).inserted {
                    next.append((alias.owner, min(alias.timeToLive, timeToLive)))
                }
            }
            found += next
            level = next
        }
        return found
    }
}

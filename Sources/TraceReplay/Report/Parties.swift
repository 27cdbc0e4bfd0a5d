import NetTypes

/// Numbers for the names of addresses, in the order in which they are asked for: what is counted by pairs of names is
/// counted by pairs of numbers, and sorted by their ranks.
struct Parties {
    struct Pair: Hashable {
        var source: Int
        var destination: Int

        init(_ source: Int, _ destination: Int) {
            self.source = source
            self.destination = destination
        }
    }

    private let party: PartyNames
    private var byAddress: [IPAddress: Int] = [:]
    private var byName: [String: Int] = [:]
    /// By number.
    private(set) var names: [String] = []

    init(_ names: PartyNames) { party = names }

    mutating func number(of address: IPAddress) -> Int {
        if let known = byAddress[address] { return known }
        let name = party.name(of: address)
        let number = byName[name] ?? names.count
        if number == names.count {
            names.append(name)
            byName[name] = number
        }
        byAddress[address] = number
        return number
    }

    /// By number: the place of the name among all of them in order.
    var ranks: [Int] {
        var ranks = [Int](repeating: 0, count: names.count)
        for (rank, number) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() { ranks[number] = rank }
        return ranks
    }
}

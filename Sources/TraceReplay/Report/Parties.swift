import NetTypes

/// Numbers for the names of addresses, in the order in which they are asked for: what is counted by pairs of names is
/// sorted by pairs of ranks.
struct Parties {
    private let party: PartyNames
    private var byAddress: [IPAddress: Int] = [:]
    private var byIPv4: [UInt32: Int] = [:]
    private var byName: [String: Int] = [:]
    /// By number.
    private(set) var names: [String] = []

    init(_ names: PartyNames) { party = names }

    mutating func number(of address: IPAddress) -> Int {
        if let known = byAddress[address] { return known }
        let number = newNumber(of: address)
        byAddress[address] = number
        return number
    }

    mutating func number(ofIPv4 address: UInt32) -> Int {
        if let known = byIPv4[address] { return known }
        let number = newNumber(of: IPAddress(v4: address))
        byIPv4[address] = number
        return number
    }

    private mutating func newNumber(of address: IPAddress) -> Int {
        let name = party.name(of: address)
        if let known = byName[name] { return known }
        byName[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// By number: the place of the name among all of them in order.
    var ranks: [Int] {
        var ranks = [Int](repeating: 0, count: names.count)
        for (rank, number) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() { ranks[number] = rank }
        return ranks
    }
}

/// Lists of numbers that grow side by side, all in two flat arrays: many short lists without an allocation each.
struct NumberChains: Sendable {
    private struct Chain {
        var first: Int32
        var last: Int32
        var count: Int32
    }

    private struct Link {
        var number: Int32
        /// In `links`; -1 ends the chain.
        var next: Int32
    }

    private var chains: [Chain] = []
    private var links: [Link] = []

    var count: Int { chains.count }

    /// A new, empty list.
    mutating func addChain() -> Int32 {
        chains.append(Chain(first: -1, last: -1, count: 0))
        return Int32(chains.count - 1)
    }

    mutating func append(_ number: Int32, to chain: Int32) {
        let link = Int32(links.count)
        links.append(Link(number: number, next: -1))
        let last = chains[Int(chain)].last
        if last < 0 { chains[Int(chain)].first = link } else { links[Int(last)].next = link }
        chains[Int(chain)].last = link
        chains[Int(chain)].count += 1
    }

    func count(of chain: Int32) -> Int { Int(chains[Int(chain)].count) }

    /// The newest number of a list; `nil` of an empty one.
    func last(of chain: Int32) -> Int32? {
        let last = chains[Int(chain)].last
        return last < 0 ? nil : links[Int(last)].number
    }

    /// Calls `body` with each number, oldest first.
    func forEach(of chain: Int32, _ body: (Int32) -> Void) {
        var link = chains[Int(chain)].first
        while link >= 0 {
            body(links[Int(link)].number)
            link = links[Int(link)].next
        }
    }
}

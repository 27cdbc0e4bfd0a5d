import NetTypes

/// Where connections are kept: those of TCP and UDP over IPv4 in `FlowShards`, if there are any, all others in stores.
///
/// Connections are told apart by node. A line has room for two nodes' views; further ones (a packet to a node port of a
/// third node) stray into the stores.
struct FlowPlaces: Sendable {
    /// One, or as many as there are shards.
    private var stores: [FlowStore]
    let shards: FlowShards?

    /// Everything in one store.
    init(capacity: Int) {
        stores = [FlowStore(capacity: capacity)]
        shards = nil
    }

    /// Lines in shards, and stores of the same capacity beside them.
    init(shards: FlowShards, capacity: Int) {
        self.shards = shards
        let count = shards.shards.count
        stores = (0..<count).map { _ in FlowStore(capacity: max(1, capacity / count)) }
    }

    var count: Int { stores.reduce(shards?.count ?? 0) { $0 + $1.count } }
    var evictions: Int { stores.reduce(shards?.evictions ?? 0) { $0 + $1.evictions } }

    enum Place {
        case store(Int, position: Int)
        case line(Int, position: Int, isFirst: Bool)
    }

    private func store(of tuple: FlowTuple) -> Int {
        stores.count == 1 ? 0 : FlowShards.shard(tuple.addressA, tuple.addressB, of: stores.count)
    }

    func place(of tuple: FlowTuple) -> Place? {
        if let shards, let key = FlowLineKey(tuple) {
            let shard = Int(shards.hash.shard(key.addressA, key.addressB))
            let position = shards.shards[shard].position(of: key, hash: key.hash(shards.hash))
            if position >= 0, let isFirst = shards.shards[shard].pool[position].view(of: Int32(bitPattern: tuple.node))
            {
                return .line(shard, position: position, isFirst: isFirst)
            }
            guard shards.strays[shard] > 0 else { return nil }
        }
        let store = store(of: tuple)
        return stores[store].position(of: tuple).map { .store(store, position: $0) }
    }

    subscript(place: Place) -> FlowEntry {
        get {
            switch place {
            case .store(let store, let position): stores[store][position]
            case .line(let shard, let position, let isFirst):
                shards.map { FlowEntry($0.shards[shard].pool[position], isFirst: isFirst) } ?? stores[0][0]
            }
        }
        set {
            switch place {
            case .store(let store, let position): stores[store][position] = newValue
            case .line(let shard, let position, let isFirst):
                shards?.shards[shard].pool[position].setView(newValue, isFirst: isFirst)
            }
        }
    }

    mutating func remove(_ place: Place) {
        switch place {
        case .store(let store, let position):
            if let shards, FlowLineKey(stores[store][position].tuple) != nil { shards.strays[store] -= 1 }
            stores[store].remove(position)
        case .line(let shard, let position, let isFirst):
            guard let shards else { return }
            shards.shards[shard].pool[position].dropView(isFirst: isFirst)
            guard !shards.shards[shard].pool[position].hasView else { return }
            shards.depart(shards.shards[shard].pool[position])
            shards.shards[shard].remove(position)
        }
    }

    /// `entry.tuple` must not be kept yet.
    mutating func insert(_ entry: FlowEntry) {
        guard let shards, let key = FlowLineKey(entry.tuple) else {
            stores[store(of: entry.tuple)].insert(entry)
            return
        }
        let shard = Int(shards.hash.shard(key.addressA, key.addressB))
        let hash = key.hash(shards.hash)
        var position = shards.shards[shard].position(of: key, hash: hash)
        if position < 0 { position = shards.shards[shard].insert(FlowLine(key, hash: hash)) { shards.depart($0) } }
        let isFirst = shards.shards[shard].pool[position].room(for: Int32(bitPattern: entry.tuple.node))
        if let isFirst {
            shards.shards[shard].pool[position].setView(entry, isFirst: isFirst)
            return
        }
        // Stores and shards are told apart by the same pair of addresses.
        let evictions = stores[shard].evictions
        stores[shard].insert(entry)
        // What the store forgot for it may have been a stray or not: count them anew, as seldom as that is.
        shards.strays[shard] = stores[shard].evictions == evictions ? shards.strays[shard] + 1 : countStrays(shard)
    }

    private func countStrays(_ store: Int) -> Int {
        stores[store].entries.count { $0.isLive && FlowLineKey($0.tuple) != nil }
    }
}

extension FlowLine {
    /// Which of the two views is this node's; `nil`: none that lives.
    func view(of node: Int32) -> Bool? {
        if firstState.isLive, firstNode == node { return true }
        if secondState.isLive, secondNode == node { return false }
        return nil
    }

    /// Which of the two places a new view of this node takes; `nil` when both are taken by others.
    func room(for node: Int32) -> Bool? {
        if ends.isResolved {
            if firstNode == node { return true }
            return secondNode == node ? false : nil
        }
        if !firstState.isLive { return true }
        return secondState.isLive ? nil : false
    }

    mutating func setView(_ entry: FlowEntry, isFirst: Bool) {
        var state = ViewState(opening: entry.state, fromA: entry.isOpenedByA)
        if entry.seenReply { state.rawValue |= ViewState.isAnswered }
        let node = Int32(bitPattern: entry.tuple.node)
        if isFirst {
            (firstState, firstNode, firstExpiry) = (state, node, entry.expiry)
        } else {
            (secondState, secondNode, secondExpiry) = (state, node, entry.expiry)
        }
        if entry.isRecent { flags.insert(.isRecent) }
        ends.unsettle()
    }

    mutating func dropView(isFirst: Bool) {
        if isFirst { firstState = .none } else { secondState = .none }
        ends.unsettle()
    }
}

extension FlowEntry {
    /// One view of a line.
    init(_ line: FlowLine, isFirst: Bool) {
        let state = isFirst ? line.firstState : line.secondState
        tuple = FlowTuple(
            addressA: UInt128(line.addressA), addressB: UInt128(line.addressB),
            node: UInt32(bitPattern: isFirst ? line.firstNode : line.secondNode),
            portA: UInt16(line.ports >> 16), portB: UInt16(line.ports & 0xffff), proto: line.proto, family: .v4)
        expiry = isFirst ? line.firstExpiry : line.secondExpiry
        isOpenedByA = state.isOpenedByA
        self.state = state.state
        seenReply = state.isAnswered
        isRecent = line.flags.contains(.isRecent)
    }
}

import Classification
import NetTypes

/// One batch on its way through `PlainJudge`: everything that the loop touches as plain values, so that it neither
/// counts references nor checks for exclusive access.
struct PlainRun {
    private let owner: PlainJudge
    private let shards: FlatArray<FlowLines>
    private let strays: FlatArray<Int>
    private let seed: UInt64
    private let tracking: PlainTracking.Tables
    private let addresses: PlainAddresses.Table
    private let cells: SiteCells.Table
    private let events: FlatArray<PlainEvent>
    private let misses: PlainMisses.Lists
    private let tunnelPort: UInt32
    private let asksOfInvalid: Bool
    private(set) var eventCount = 0
    private(set) var counts: PlainCounts

    init(_ owner: PlainJudge, _ counts: PlainCounts) {
        self.owner = owner
        shards = owner.shards.shards
        strays = owner.shards.strays
        seed = owner.shards.seed
        tracking = owner.tracking.tables
        addresses = owner.policy.addresses.table
        cells = owner.cells.table
        events = owner.events
        misses = owner.misses.lists
        tunnelPort = owner.policy.tunnelPort
        asksOfInvalid = owner.policy.asksOfInvalid
        self.counts = counts
    }

    /// First sight of a batch: the hashes, and the lines that they lead to, so that all their loads are on the way at
    /// once; and what policy says of packets without a line. Returns what was loaded, for no other reason than that it was.
    func look(_ packets: FlatArray<PlainPacket>, _ start: Int, _ count: Int, _ hashes: FlatArray<UInt32>) -> UInt32 {
        var touched: UInt32 = 0
        var missCount = 0
        for index in 0..<count {
            let key = FlowLineKey(packets[start + index])
            let hash = key.hash(seed: seed)
            hashes[index] = hash
            let shard = FlowShards.shard(key.addressA, key.addressB, of: shards.count)
            touched &+= shards[shard].index[shards[shard].home(hash)]
        }
        for index in 0..<count {
            let packet = packets[start + index]
            let shard = FlowShards.shard(
                min(packet.source, packet.destination), max(packet.source, packet.destination), of: shards.count)
            let candidate = shards[shard].candidate(hashes[index])
            if candidate >= 0 {
                misses.numbers[index] = -1
                touched &+= shards[shard].pool[candidate].addressA
            } else {
                misses.numbers[index] = Int8(truncatingIfNeeded: missCount)
                misses.add(packet, missCount)
                missCount += 1
                touched &+= addresses.touch(packet.source) &+ addresses.touch(packet.destination)
            }
        }
        if missCount > 0 { misses.ask(owner.tables, count: missCount) }
        return touched
    }

    /// False: the packet is not for the batched judge, and nothing has changed.
    @inline(__always) mutating func judge(_ packet: PlainPacket, _ hash: UInt32, _ index: Int) -> Bool {
        guard isPlain(packet) else { return false }
        let key = FlowLineKey(packet)
        let shard = FlowShards.shard(key.addressA, key.addressB, of: shards.count)
        guard strays[shard] == 0 else { return false }
        let position = shards[shard].position(of: key, hash: hash)
        guard position >= 0 else { return open(packet, key, hash, shard, Int(misses.numbers[index])) }
        let fromA = packet.source == key.addressA
        if !shards[shard].pool[position].ends.isResolved {
            guard resolve(&shards[shard].pool[position]) else { return false }
        }
        guard preparePolicy(&shards[shard].pool[position], packet, fromA: fromA) else { return false }
        pass(&shards[shard].pool[position], packet, fromA: fromA)
        if !shards[shard].pool[position].hasView {
            owner.shards.depart(shards[shard].pool[position])
            shards[shard].remove(position)
        }
        return true
    }

    // MARK: Packets without a line

    private mutating func open(
        _ packet: PlainPacket, _ key: FlowLineKey, _ hash: UInt32, _ shard: Int, _ miss: Int
    ) -> Bool {
        let source = addresses[packet.source]
        let destination = addresses[packet.destination]
        guard source.isPlain, destination.isPlain else { return false }
        let fromA = packet.source == key.addressA
        var line = FlowLine(key, hash: hash)
        line.ends = PlainEnds(fromA ? source : destination, fromA ? destination : source, only: owner.policy.only)
        guard line.ends.asksA || line.ends.asksB else {
            guard owner.policy.ignoresOutside else { return false }
            counts.countElsewhere(packet.frame)
            return true
        }
        line.firstNode = line.ends.hasFirst ? (fromA ? source.node : destination.node) : -1
        line.secondNode = line.ends.hasSecond ? (fromA ? destination.node : source.node) : -1
        line.egress = miss < 0 ? 0 : misses.egress[miss]
        line.ingress = miss < 0 ? 0 : misses.ingress[miss]
        if !owner.policy.isDecided(line, from: source, to: destination) {
            guard let decisions = owner.policy.decisions(packet, from: source, to: destination) else { return false }
            line.egress = decisions.egress.raw
            line.ingress = decisions.ingress.raw
        }
        line.ends.setPolicy(fromA: fromA)
        pass(&line, packet, fromA: fromA)
        guard line.hasView else { return true }
        let position = shards[shard].insert(key, hash: hash) { owner.shards.depart($0) }
        shards[shard].pool[position] = line
        return true
    }

    // MARK: Lines that the calls of `FlowTable` made

    /// Puts the views in their places. False: a third node has one.
    private func resolve(_ line: inout FlowLine) -> Bool {
        let a = addresses[line.addressA]
        let b = addresses[line.addressB]
        guard a.isPlain, b.isPlain else { return false }
        let ends = PlainEnds(a, b, only: owner.policy.only)
        guard ends.asksA || ends.asksB else { return false }
        let (firstNode, secondNode) = (ends.hasFirst ? a.node : -1, ends.hasSecond ? b.node : -1)
        var resolved = line
        resolved.ends = ends
        (resolved.firstNode, resolved.secondNode) = (firstNode, secondNode)
        (resolved.firstState, resolved.secondState) = (.none, .none)
        for isFirst in [true, false] {
            let state = isFirst ? line.firstState : line.secondState
            guard state.isLive else { continue }
            let (node, expiry) = isFirst ? (line.firstNode, line.firstExpiry) : (line.secondNode, line.secondExpiry)
            switch node {
            case firstNode: (resolved.firstState, resolved.firstExpiry) = (state, expiry)
            case secondNode: (resolved.secondState, resolved.secondExpiry) = (state, expiry)
            default: return false
            }
        }
        line = resolved
        return true
    }

    /// Makes sure that the line knows what policy says, if this packet may ask. False: it can't be known here.
    @inline(__always) private func preparePolicy(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool
    ) -> Bool {
        let kind = packet.kind.rawValue
        let mayAsk =
            (line.ends.hasFirst
                && tracking.mayBeNew(line.firstState, line.firstExpiry, kind, fromA: fromA, time: packet.time))
            || (line.ends.hasSecond
                && tracking.mayBeNew(line.secondState, line.secondExpiry, kind, fromA: fromA, time: packet.time))
        guard mayAsk || asksOfInvalid, !line.ends.knowsPolicy(fromA: fromA) else { return true }
        return askPolicy(&line, packet, fromA: fromA)
    }

    private func askPolicy(_ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool) -> Bool {
        let source = addresses[packet.source]
        let destination = addresses[packet.destination]
        guard let decisions = owner.policy.decisions(packet, from: source, to: destination) else { return false }
        line.egress = decisions.egress.raw
        line.ingress = decisions.ingress.raw
        line.ends.setPolicy(fromA: fromA)
        return true
    }

    // MARK: The way through the nodes

    /// The packet at the node of its sender and at that of its receiver, as far as they are emulated.
    @inline(__always) private mutating func pass(_ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool) {
        var passage = Passage()
        if fromA {
            if line.ends.hasFirst { visitFirst(&line, packet, fromA: true, isLast: !line.ends.hasSecond, &passage) }
            if line.ends.hasSecond, passage.accepts {
                visitSecond(&line, packet, fromA: true, isLast: true, &passage)
            }
        } else {
            if line.ends.hasSecond { visitSecond(&line, packet, fromA: false, isLast: !line.ends.hasFirst, &passage) }
            if line.ends.hasFirst, passage.accepts {
                visitFirst(&line, packet, fromA: false, isLast: true, &passage)
            }
        }
        counts.count(passage)
        if passage.accepts {
            if line.ends.wasSeen(fromA: fromA) {
                if fromA { line.packetsFromA &+= 1 } else { line.packetsFromB &+= 1 }
                if max(line.packetsFromA, line.packetsFromB) == 1 << 31 { settle(&line) }
            } else {
                line.ends.setSeen(fromA: fromA)
                note(PlainEvent(packet))
            }
        }
    }

    private func settle(_ line: inout FlowLine) {
        owner.shards.depart(line)
        (line.packetsFromA, line.packetsFromB) = (0, 0)
    }

    @inline(__always) private mutating func visitFirst(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        let (state, opening) = tracking.begin(
            &line.firstState, &line.firstExpiry, packet.kind.rawValue, fromA: fromA, time: packet.time)
        if line.firstState.isLive, state != .invalid { line.flags.insert(.isRecent) }
        // A sends: its egress is asked, and B's ingress, too, where B is a pod of the same node. B sends: the other way.
        let isSender = fromA || line.ends.isSameNode
        let isReceiver = !fromA || line.ends.isSameNode
        decide(
            &line, packet, state, node: line.firstNode, isSender: isSender, isReceiver: isReceiver, fromA: fromA,
            isLast: isLast, &passage)
        guard passage.accepts, opening.isLive else { return }
        line.flags.insert(.isRecent)
        line.firstState = opening
        line.firstExpiry = tracking.end(of: opening, packet.kind.rawValue, packet.time)
    }

    @inline(__always) private mutating func visitSecond(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        let (state, opening) = tracking.begin(
            &line.secondState, &line.secondExpiry, packet.kind.rawValue, fromA: fromA, time: packet.time)
        if line.secondState.isLive, state != .invalid { line.flags.insert(.isRecent) }
        decide(
            &line, packet, state, node: line.secondNode, isSender: !fromA, isReceiver: fromA, fromA: fromA,
            isLast: isLast, &passage)
        guard passage.accepts, opening.isLive else { return }
        line.flags.insert(.isRecent)
        line.secondState = opening
        line.secondExpiry = tracking.end(of: opening, packet.kind.rawValue, packet.time)
    }

    /// One node's decision; counted where it is the packet's last.
    @inline(__always) private mutating func decide(
        _ line: inout FlowLine, _ packet: PlainPacket, _ state: PlainTracking.State, node: Int32, isSender: Bool,
        isReceiver: Bool, fromA: Bool, isLast: Bool, _ passage: inout Passage
    ) {
        passage.state = state
        if state == .established {
            guard isLast else { return }
            let cell = SiteCells.cell(FixedSite.conntrackEstablished.id.value, line.ends.establishedCell(fromA: fromA))
            cells.count(cell)
            if !line.ends.wasNoted(fromA: fromA) {
                line.ends.setNoted(fromA: fromA)
                let isEgress = line.ends.establishedCell(fromA: fromA) & 2 != 0
                cells.note(addresses[isEgress ? packet.source : packet.destination].endpoint, at: cell)
            }
            return
        }
        judge(
            line, packet, state, node: node, isSender: isSender, isReceiver: isReceiver, fromA: fromA, isLast, &passage)
    }

    /// A packet that is not established.
    private mutating func judge(
        _ line: FlowLine, _ packet: PlainPacket, _ state: PlainTracking.State, node: Int32, isSender: Bool,
        isReceiver: Bool, fromA: Bool, _ isLast: Bool, _ passage: inout Passage
    ) {
        if state == .invalid, owner.policy.dropsInvalid[Int(node)] {
            deny(line, packet, FixedSite.conntrackInvalid.id.value, isEgress: isSender, fromA: fromA, &passage)
            return
        }
        let egress = TableEntry(raw: line.egress)
        let ingress = TableEntry(raw: line.ingress)
        if isSender, egress.denies {
            deny(line, packet, egress.raw >> 2, isEgress: true, fromA: fromA, &passage)
        } else if isReceiver, ingress.denies {
            deny(line, packet, ingress.raw >> 2, isEgress: false, fromA: fromA, &passage)
        } else if isLast {
            let place = isReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
            let cell = SiteCells.cell((isReceiver ? ingress : egress).raw >> 2, place)
            cells.count(cell)
            cells.note(addresses[isReceiver ? packet.destination : packet.source].endpoint, at: cell)
        }
    }

    private mutating func deny(
        _ line: FlowLine, _ packet: PlainPacket, _ site: UInt32, isEgress: Bool, fromA: Bool, _ passage: inout Passage
    ) {
        passage.accepts = false
        let place = isEgress ? line.ends.egressCell(fromA: fromA) : line.ends.ingressCell(fromA: fromA)
        let endpoint = addresses[isEgress ? packet.source : packet.destination].endpoint
        let cell = SiteCells.cell(site, place)
        cells.count(cell)
        cells.note(endpoint, at: cell)
        note(PlainEvent(packet, denied: site, at: endpoint, isEgress: isEgress))
    }

    private mutating func note(_ event: PlainEvent) {
        events[eventCount] = event
        eventCount += 1
    }

    /// Whether a packet is no tunnel and goes from one address to another.
    @inline(__always) private func isPlain(_ packet: PlainPacket) -> Bool {
        (packet.kind != .datagram || UInt32(packet.destinationPort) != tunnelPort)
            && packet.source != packet.destination
    }

    /// Where a packet stands.
    struct Passage {
        var accepts = true
        var state = PlainTracking.State.new
    }
}

extension FlowLineKey {
    @inline(__always) init(_ packet: PlainPacket) {
        let fromA = packet.source < packet.destination
        let (portA, portB) =
            fromA ? (packet.sourcePort, packet.destinationPort) : (packet.destinationPort, packet.sourcePort)
        self.init(
            addressA: fromA ? packet.source : packet.destination, addressB: fromA ? packet.destination : packet.source,
            ports: UInt32(portA) << 16 | UInt32(portB), proto: packet.proto)
    }
}

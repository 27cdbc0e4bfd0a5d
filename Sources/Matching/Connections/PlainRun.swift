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
    private let denials: RecentDenials.Table
    private let tunnelPort: UInt32
    private let asksOfInvalid: Bool
    /// Whether there are lines that the first look did not see.
    private var hasInserted = false
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
        denials = owner.denials.table
        tunnelPort = owner.policy.tunnelPort
        asksOfInvalid = owner.policy.asksOfInvalid
        self.counts = counts
    }

    /// First sight of a batch: where each packet's line is, with all loads on the way at once; and what policy says of
    /// packets without a line.
    func look(_ packets: FlatArray<PlainPacket>, _ start: Int, _ count: Int, _ sights: FlatArray<PlainSight>) {
        for index in 0..<count {
            let key = FlowLineKey(packets[start &+ index])
            let hash = key.hash(seed: seed)
            let shard = FlowShards.shard(key.addressA, key.addressB, of: shards.count)
            shards[shard].index.prefetch(shards[shard].home(hash))
            sights[index] = PlainSight(hash: hash, shard: Int32(truncatingIfNeeded: shard), position: -1, miss: -1)
        }
        var linelessCount = 0
        for index in 0..<count {
            let sight = sights[index]
            let shard = Int(sight.shard)
            let candidate = shards[shard].candidate(sight.hash)
            if candidate >= 0 {
                shards[shard].pool.prefetch(candidate)
                sights[index].position = Int32(truncatingIfNeeded: candidate)
            } else {
                denials.prefetch(sight.hash)
                misses.lineless[linelessCount] = Int32(truncatingIfNeeded: index)
                linelessCount &+= 1
            }
        }
        var missCount = 0
        for number in 0..<linelessCount {
            let index = Int(misses.lineless[number])
            let packet = packets[start &+ index]
            guard !denials.isKnown(packet, sights[index].hash) else { continue }
            sights[index].miss = Int32(truncatingIfNeeded: missCount)
            misses.add(packet, missCount)
            missCount &+= 1
            addresses.prefetch(packet.source)
            addresses.prefetch(packet.destination)
        }
        if missCount > 0 { misses.ask(owner.tables, count: missCount) }
    }

    /// False: the packet is not for the batched judge, and nothing has changed.
    @inline(__always) mutating func judge(_ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        guard isPlain(packet) else { return false }
        let key = FlowLineKey(packet)
        let shard = Int(sight.shard)
        guard strays[shard] == 0 else { return false }
        // What was seen first may be another's line, or gone since.
        var position = Int(sight.position)
        if position >= 0 ? !shards[shard].pool[position].isLine(of: key) : hasInserted {
            position = shards[shard].position(of: key, hash: sight.hash)
        }
        guard position >= 0 else { return countKnownDenial(packet, sight) || open(packet, key, sight) }
        let fromA = packet.source == key.addressA
        if goOn(&shards[shard].pool[position], packet, fromA: fromA) { return true }
        if !shards[shard].pool[position].ends.isResolved {
            guard resolve(&shards[shard].pool[position]) else { return false }
        }
        guard preparePolicy(&shards[shard].pool[position], packet, fromA: fromA) else { return false }
        let passage = pass(&shards[shard].pool[position], packet, fromA: fromA)
        if !passage.accepts { noteDenial(passage, packet, sight.hash, .known) }
        if !shards[shard].pool[position].hasView {
            owner.shards.depart(shards[shard].pool[position])
            shards[shard].remove(position)
        }
        return true
    }

    // MARK: Packets of established connections

    /// A packet that leaves a connection as it is but for its time, as nearly all do. False: nothing has changed.
    @inline(__always) private mutating func goOn(_ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool) -> Bool {
        let kind = packet.kind.rawValue
        guard line.ends.isResolved, line.ends.wasSeen(fromA: fromA), line.ends.wasNoted(fromA: fromA) else {
            return false
        }
        let (hasFirst, hasSecond) = (line.ends.hasFirst, line.ends.hasSecond)
        guard
            !hasFirst
                || tracking.goesOn(line.firstState, line.firstExpiry, kind, fromA: fromA, time: packet.time),
            !hasSecond
                || tracking.goesOn(line.secondState, line.secondExpiry, kind, fromA: fromA, time: packet.time)
        else { return false }
        if hasFirst { line.firstExpiry = tracking.end(of: line.firstState, kind, packet.time) }
        if hasSecond { line.secondExpiry = tracking.end(of: line.secondState, kind, packet.time) }
        line.flags.insert(.isRecent)
        cells.count(SiteCells.cell(FixedSite.conntrackEstablished.id.value, line.ends.establishedCell(fromA: fromA)))
        counts.countEstablished()
        countLetThrough(&line, fromA: fromA)
        return true
    }

    @inline(__always) private func countLetThrough(_ line: inout FlowLine, fromA: Bool) {
        if fromA { line.packetsFromA &+= 1 } else { line.packetsFromB &+= 1 }
        if max(line.packetsFromA, line.packetsFromB) == 1 << 31 { settle(&line) }
    }

    // MARK: Packets without a line

    /// A packet of a flow that was denied before under the same circumstances.
    @inline(__always) private mutating func countKnownDenial(_ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        let position = denials.position(packet, sight.hash)
        guard position >= 0 else { return false }
        let circumstances = denials[position].circumstances
        guard circumstances == RecentDenials.Circumstances(opening: packet.kind) else { return false }
        countAgain(position)
        counts.countDenied(circumstances)
        return true
    }

    private mutating func open(_ packet: PlainPacket, _ key: FlowLineKey, _ sight: PlainSight) -> Bool {
        let source = addresses[packet.source]
        let destination = addresses[packet.destination]
        guard source.isPlain, destination.isPlain else { return false }
        let fromA = packet.source == key.addressA
        var line = FlowLine(key, hash: sight.hash)
        line.ends = PlainEnds(fromA ? source : destination, fromA ? destination : source, only: owner.policy.only)
        guard line.ends.asksA || line.ends.asksB else {
            guard owner.policy.ignoresOutside else { return false }
            counts.countElsewhere(packet.frame)
            return true
        }
        line.firstNode = line.ends.hasFirst ? (fromA ? source.node : destination.node) : -1
        line.secondNode = line.ends.hasSecond ? (fromA ? destination.node : source.node) : -1
        if sight.miss >= 0 {
            line.egress = misses.egress[Int(sight.miss)]
            line.ingress = misses.ingress[Int(sight.miss)]
        }
        if !owner.policy.isDecided(line, from: source, to: destination) {
            guard let decisions = owner.policy.decisions(packet, from: source, to: destination) else { return false }
            line.egress = decisions.egress.raw
            line.ingress = decisions.ingress.raw
        }
        line.ends.setPolicy(fromA: fromA)
        let passage = pass(&line, packet, fromA: fromA)
        guard line.hasView else {
            if !passage.accepts {
                noteDenial(passage, packet, sight.hash, RecentDenials.Circumstances(opening: packet.kind))
            }
            return true
        }
        if !passage.accepts { noteDenial(passage, packet, sight.hash, .known) }
        let shard = Int(sight.shard)
        hasInserted = true
        let position = shards[shard].insert(key, hash: sight.hash) { owner.shards.depart($0) }
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
    @inline(__always) private mutating func pass(
        _ line: inout FlowLine, _ packet: PlainPacket, fromA: Bool
    ) -> Passage {
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
                countLetThrough(&line, fromA: fromA)
            } else {
                line.ends.setSeen(fromA: fromA)
                note(PlainEvent(packet))
            }
        }
        return passage
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
            deny(line, FixedSite.conntrackInvalid.id.value, isEgress: isSender, fromA: fromA, &passage)
            return
        }
        let egress = TableEntry(raw: line.egress)
        let ingress = TableEntry(raw: line.ingress)
        if isSender, egress.denies {
            deny(line, egress.raw >> 2, isEgress: true, fromA: fromA, &passage)
        } else if isReceiver, ingress.denies {
            deny(line, ingress.raw >> 2, isEgress: false, fromA: fromA, &passage)
        } else if isLast {
            let place = isReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
            let cell = SiteCells.cell((isReceiver ? ingress : egress).raw >> 2, place)
            cells.count(cell)
            cells.note(addresses[isReceiver ? packet.destination : packet.source].endpoint, at: cell)
        }
    }

    private func deny(_ line: FlowLine, _ site: UInt32, isEgress: Bool, fromA: Bool, _ passage: inout Passage) {
        let place = isEgress ? line.ends.egressCell(fromA: fromA) : line.ends.ingressCell(fromA: fromA)
        passage.accepts = false
        passage.denial = UInt32(truncatingIfNeeded: SiteCells.cell(site, place))
    }

    /// Counts a denied packet: with others of its flow, if the flow was denied lately for the same reason.
    private mutating func noteDenial(
        _ passage: Passage, _ packet: PlainPacket, _ hash: UInt32, _ circumstances: RecentDenials.Circumstances
    ) {
        let position = denials.position(packet, hash)
        if position >= 0, denials[position].cell == passage.denial {
            denials[position].circumstances = circumstances
            return countAgain(position)
        }
        let endpoint = addresses[SiteCells.isEgress(passage.denial) ? packet.source : packet.destination].endpoint
        cells.count(Int(passage.denial))
        cells.note(endpoint, at: Int(passage.denial))
        note(PlainEvent(packet, denied: passage.denial, at: endpoint))
        let entry = RecentDenials.Entry(
            source: packet.source, destination: packet.destination,
            ports: UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort), proto: packet.proto,
            circumstances: circumstances, cell: passage.denial, endpoint: endpoint, packets: 0, hash: hash)
        if position >= 0 {
            tell(denials[position])
            denials[position] = entry
        } else {
            tell(denials.insert(entry))
        }
    }

    @inline(__always) private mutating func countAgain(_ position: Int) {
        denials[position].packets += 1
        if denials[position].packets == 1 << 31 {
            tell(denials[position])
            denials[position].packets = 0
        }
    }

    private mutating func tell(_ entry: RecentDenials.Entry) {
        guard entry.packets > 0 else { return }
        cells.count(Int(entry.cell), entry.packets)
        note(PlainEvent(entry))
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
        /// What denied it, of `SiteCells`.
        var denial: UInt32 = 0
    }
}

/// What the first look at a batch found out about a packet.
struct PlainSight: BitwiseCopyable {
    /// Of its connection.
    var hash: UInt32
    var shard: Int32
    /// Where its line is, most likely; -1: it had none.
    var position: Int32
    /// Its number among those whose policy was asked; -1: it is none of them.
    var miss: Int32
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

import Classification
import NetTypes

/// Packets of connections that some node knows, by the complete rules of connection tracking.
extension PlainRun {
    /// False: the packet is not for the batched judge, and nothing has changed.
    mutating func pass(_ position: Int, _ packet: PlainPacket) -> Bool {
        let shard = Int(packet.shard)
        guard pass(&shards[shard].pool[position], packet) else { return false }
        if !shards[shard].pool[position].hasView {
            owner.shards.depart(shards[shard].pool[position])
            shards[shard].remove(position)
        }
        return true
    }

    @inline(__always) private mutating func pass(
        _ line: inout FlowLine, _ packet: PlainPacket
    ) -> Bool {
        let fromA = packet.fromA
        if !line.ends.isResolved {
            guard resolve(&line) else { return false }
        }
        guard preparePolicy(&line, packet, fromA: fromA) else { return false }
        let passage = visitNodes(&line, packet, fromA: fromA)
        if !passage.accepts { noteDenial(passage.denial, packet, .known) }
        line.ends.setSteady(
            (line.ends.hasFirst ? tracking.steadySteps(line.firstState) : .max)
                & (line.ends.hasSecond ? tracking.steadySteps(line.secondState) : .max))
        return true
    }

    /// Puts the views in their places. False: a third node has one.
    private func resolve(_ line: inout FlowLine) -> Bool {
        let a = addresses[line.addressA]
        let b = addresses[line.addressB]
        guard a.isPlain, b.isPlain else { return false }
        let ends = PlainEnds(a, b, only: only)
        guard ends.asksA || ends.asksB else { return false }
        let (firstNode, secondNode) = (ends.hasFirst ? a.node : -1, ends.hasSecond ? b.node : -1)
        var resolved = line
        resolved.ends = ends
        (resolved.firstNode, resolved.secondNode) = (firstNode, secondNode)
        (resolved.firstState, resolved.secondState) = (.none, .none)
        (resolved.firstExpiry, resolved.secondExpiry) = (.max, .max)
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
        line.setPolicy(decisions, fromA: fromA)
        return true
    }

    /// The packet at the node of its sender and at that of its receiver, as far as they are emulated.
    mutating func visitNodes(
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
                if line.countPacket(fromB: fromA ? 0 : 1) { settle(&line) }
            } else {
                line.ends.setSeen(fromA: fromA)
                note(PlainEvent(packet))
            }
        }
        return passage
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
        line.firstExpiry = tracking.end(of: opening, isDatagram: packet.kind == .datagram, packet.time)
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
        line.secondExpiry = tracking.end(of: opening, isDatagram: packet.kind == .datagram, packet.time)
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
            passage.deny(denial(line, FixedSite.conntrackInvalid.id.value, isEgress: isSender, fromA: fromA))
            return
        }
        let egress = TableEntry(raw: line.egress)
        let ingress = TableEntry(raw: line.ingress)
        if isSender, egress.denies {
            passage.deny(denial(line, egress.raw >> 2, isEgress: true, fromA: fromA))
        } else if isReceiver, ingress.denies {
            passage.deny(denial(line, ingress.raw >> 2, isEgress: false, fromA: fromA))
        } else if isLast {
            let place = isReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
            let cell = SiteCells.cell((isReceiver ? ingress : egress).raw >> 2, place)
            cells.count(cell)
            cells.note(addresses[isReceiver ? packet.destination : packet.source].endpoint, at: cell)
        }
    }

    /// The cell of `SiteCells` that counts packets denied by a site.
    func denial(_ line: FlowLine, _ site: UInt32, isEgress: Bool, fromA: Bool) -> UInt32 {
        let place = isEgress ? line.ends.egressCell(fromA: fromA) : line.ends.ingressCell(fromA: fromA)
        return UInt32(truncatingIfNeeded: SiteCells.cell(site, place))
    }

    /// Where a packet stands.
    struct Passage {
        var accepts = true
        var state = PlainTracking.State.new
        /// What denied it, of `SiteCells`.
        var denial: UInt32 = 0

        mutating func deny(_ cell: UInt32) { (accepts, denial) = (false, cell) }
    }
}

import Classification
import NetTypes

/// Packets that no connection is known of.
extension PlainRun {
    mutating func open(_ packet: PlainPacket) -> Bool {
        let source = addresses[packet.source]
        let destination = addresses[packet.destination]
        guard source.isPlain, destination.isPlain else { return false }
        let (asksSource, asksDestination) = (source.isAsked(only: only), destination.isAsked(only: only))
        guard asksSource || asksDestination else {
            guard owner.policy.ignoresOutside else { return false }
            counts.countElsewhere(packet.frame)
            return true
        }
        guard let decisions = decisions(packet, source, destination) else { return false }
        var line = FlowLine(FlowLineKey(packet), hash: packet.hash)
        line.setEnds(source, destination, fromA: packet.fromA, only: only)
        line.setPolicy(decisions, fromA: packet.fromA)
        let opening = tracking.opening(packet.kind, fromA: packet.fromA)
        guard opening.isLive else { return passInvalid(&line, packet) }
        let isDeniedAtSource = asksSource && decisions.egress.denies
        let isDenied = isDeniedAtSource || asksDestination && decisions.ingress.denies
        // A packet that leaves its sender's node is known there, whatever the next node says of it.
        let leaves = asksSource && !isDeniedAtSource && !line.ends.isSameNode
        if isDenied {
            let cell = denial(
                line, (isDeniedAtSource ? decisions.egress : decisions.ingress).raw >> 2, isEgress: isDeniedAtSource,
                fromA: packet.fromA)
            counts.countDenied(.new)
            noteDenial(cell, packet, leaves ? .known : .new)
            guard leaves else { return true }
        } else {
            countAllowed(line, packet, atReceiver: asksDestination)
            line.ends.setSeen(fromA: packet.fromA)
            note(PlainEvent(packet))
        }
        let expiry = tracking.end(of: opening, isDatagram: (packet.kind == .datagram), packet.time)
        if line.ends.hasFirst, !isDenied || packet.fromA { (line.firstState, line.firstExpiry) = (opening, expiry) }
        if line.ends.hasSecond, !isDenied || !packet.fromA {
            (line.secondState, line.secondExpiry) = (opening, expiry)
        }
        shards[Int(packet.shard)].insert(line) { owner.shards.depart($0) }
        return true
    }

    /// What both ends say; `nil`: nothing decides.
    @inline(__always) private func decisions(
        _ packet: PlainPacket, _ source: PlainRecord, _ destination: PlainRecord
    ) -> PlainPolicy.Decisions? {
        if packet.miss >= 0 {
            let decisions = PlainPolicy.Decisions(
                egress: TableEntry(raw: misses.egress[Int(packet.miss)]),
                ingress: TableEntry(raw: misses.ingress[Int(packet.miss)]))
            if owner.policy.isDecided(decisions, from: source, to: destination) { return decisions }
        }
        return owner.policy.decisions(packet, from: source, to: destination)
    }

    /// No connection begins like that: nothing stays of the packet.
    private mutating func passInvalid(_ line: inout FlowLine, _ packet: PlainPacket) -> Bool {
        let passage = visitNodes(&line, packet, fromA: packet.fromA)
        if !passage.accepts { noteDenial(passage.denial, packet, .invalid) }
        return true
    }

    @inline(__always) private mutating func countAllowed(
        _ line: FlowLine, _ packet: PlainPacket, atReceiver: Bool
    ) {
        let fromA = packet.fromA
        let place = atReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
        let cell = SiteCells.cell((atReceiver ? line.ingress : line.egress) >> 2, place)
        cells.count(cell)
        cells.note(addresses[atReceiver ? packet.destination : packet.source].endpoint, at: cell)
        counts.countOpened()
    }
}

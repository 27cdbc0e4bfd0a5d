import Classification
import NetTypes

/// Packets that no connection is known of.
extension PlainRun {
    mutating func open(_ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        let source = addresses[packet.source]
        let destination = addresses[packet.destination]
        guard source.isPlain, destination.isPlain else { return false }
        let (asksSource, asksDestination) = (source.isAsked(only: only), destination.isAsked(only: only))
        guard asksSource || asksDestination else {
            guard owner.policy.ignoresOutside else { return false }
            counts.countElsewhere(packet.frame)
            return true
        }
        guard let decisions = decisions(packet, sight, source, destination) else { return false }
        var line = FlowLine(sight.key, hash: sight.hash)
        line.setEnds(source, destination, fromA: sight.step.fromA, only: only)
        line.setPolicy(decisions, fromA: sight.step.fromA)
        let opening = tracking.opening(packet.kind, fromA: sight.step.fromA)
        guard opening.isLive else { return passInvalid(&line, packet, sight) }
        let isDeniedAtSource = asksSource && decisions.egress.denies
        let isDenied = isDeniedAtSource || asksDestination && decisions.ingress.denies
        // A packet that leaves its sender's node is known there, whatever the next node says of it.
        let leaves = asksSource && !isDeniedAtSource && !line.ends.isSameNode
        if isDenied {
            let cell = denial(
                line, (isDeniedAtSource ? decisions.egress : decisions.ingress).raw >> 2, isEgress: isDeniedAtSource,
                fromA: sight.step.fromA)
            counts.countDenied(.new)
            noteDenial(cell, packet, sight.hash, leaves ? .known : .new)
            guard leaves else { return true }
        } else {
            countAllowed(line, packet, sight, atReceiver: asksDestination)
            line.ends.setSeen(fromA: sight.step.fromA)
            note(PlainEvent(packet))
        }
        let expiry = tracking.end(of: opening, isDatagram: sight.step.isDatagram, packet.time)
        if line.ends.hasFirst, !isDenied || sight.step.fromA { (line.firstState, line.firstExpiry) = (opening, expiry) }
        if line.ends.hasSecond, !isDenied || !sight.step.fromA {
            (line.secondState, line.secondExpiry) = (opening, expiry)
        }
        shards[Int(sight.shard)].insert(line) { owner.shards.depart($0) }
        hasInserted = true
        return true
    }

    /// What both ends say; `nil`: nothing decides.
    @inline(__always) private func decisions(
        _ packet: PlainPacket, _ sight: PlainSight, _ source: PlainRecord, _ destination: PlainRecord
    ) -> PlainPolicy.Decisions? {
        if sight.miss >= 0 {
            let decisions = PlainPolicy.Decisions(
                egress: TableEntry(raw: misses.egress[Int(sight.miss)]),
                ingress: TableEntry(raw: misses.ingress[Int(sight.miss)]))
            if owner.policy.isDecided(decisions, from: source, to: destination) { return decisions }
        }
        return owner.policy.decisions(packet, from: source, to: destination)
    }

    /// No connection begins like that: nothing stays of the packet.
    private mutating func passInvalid(_ line: inout FlowLine, _ packet: PlainPacket, _ sight: PlainSight) -> Bool {
        let passage = visitNodes(&line, packet, fromA: sight.step.fromA)
        if !passage.accepts { noteDenial(passage.denial, packet, sight.hash, .invalid) }
        return true
    }

    @inline(__always) private mutating func countAllowed(
        _ line: FlowLine, _ packet: PlainPacket, _ sight: PlainSight, atReceiver: Bool
    ) {
        let fromA = sight.step.fromA
        let place = atReceiver ? line.ends.ingressCell(fromA: fromA) : line.ends.egressCell(fromA: fromA)
        let cell = SiteCells.cell((atReceiver ? line.ingress : line.egress) >> 2, place)
        cells.count(cell)
        cells.note(addresses[atReceiver ? packet.destination : packet.source].endpoint, at: cell)
        counts.countOpened()
    }
}

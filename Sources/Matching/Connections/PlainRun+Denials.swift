import NetTypes

/// Denied packets, and those of flows that were denied lately.
extension PlainRun {
    /// A packet without a connection, of a flow that was denied before under the same circumstances.
    @inline(__always) mutating func countKnownDenial(_ packet: PlainPacket) -> Bool {
        var position = Int(packet.denial)
        // Others were entered since the first look.
        if position < 0 || !denials[position].isOf(packet) { position = denials.position(packet) }
        guard position >= 0 else { return false }
        let circumstances = denials[position].circumstances
        guard circumstances == RecentDenials.Circumstances(opening: packet.kind) else { return false }
        countAgain(position)
        counts.countDenied(circumstances)
        return true
    }

    /// Counts a denied packet: with others of its flow, if the flow was denied lately for the same reason.
    ///
    /// - Parameter cell: of `SiteCells`.
    mutating func noteDenial(
        _ cell: UInt32, _ packet: PlainPacket, _ circumstances: RecentDenials.Circumstances
    ) {
        let position = denials.position(packet)
        if position >= 0, denials[position].cell == cell {
            denials[position].circumstances = circumstances
            return countAgain(position)
        }
        let endpoint = addresses[SiteCells.isEgress(cell) ? packet.source : packet.destination].endpoint
        cells.count(Int(cell))
        cells.note(endpoint, at: Int(cell))
        note(PlainEvent(packet, denied: cell, at: endpoint))
        let entry = RecentDenials.Entry(packet, circumstances, cell: cell, endpoint: endpoint)
        if position >= 0 {
            tell(denials[position])
            denials[position] = entry
        } else {
            tell(denials.insert(entry, packet.hash))
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
}

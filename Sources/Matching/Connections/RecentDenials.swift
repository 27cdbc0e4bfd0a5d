import NetTypes

/// The flows that were denied lately, with what denied them: their next packets are counted here, and those that find no
/// connection need not be judged again. A cache: two places for each hash, and the flow with fewer packets goes. Owns its
/// memory.
///
/// A packet that no connection is known of is judged by its five numbers and its kind alone, the policy being frozen, so
/// that what was denied once is denied for as long as no connection is made.
final class RecentDenials: @unchecked Sendable {
    /// One direction of one flow, in 32 bytes.
    struct Entry: BitwiseCopyable {
        var source: UInt32
        var destination: UInt32
        /// The source's in the upper half.
        var ports: UInt32
        var proto: UInt8
        var circumstances: Circumstances
        /// Of `SiteCells`.
        var cell: UInt32
        var endpoint: Int32
        /// Packets that nobody was told of yet.
        var packets: UInt32

        @inline(__always) func isOf(_ packet: PlainPacket) -> Bool {
            (source ^ packet.source) | (destination ^ packet.destination)
                | (ports ^ (UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort)))
                | UInt32(proto ^ packet.proto) == 0
        }
    }

    /// What a packet was when it was denied.
    enum Circumstances: UInt8, BitwiseCopyable {
        case unused
        /// It belonged to a connection that some node knows.
        case known
        /// It belonged to none, and could have made one.
        case new
        /// It belonged to none, and no connection begins like that.
        case invalid
    }

    /// What the loop uses: plain values, good as long as their owner lives.
    struct Table {
        fileprivate let entries: FlatArray<Entry>

        @inline(__always) private func home(_ hash: UInt32) -> Int { Int(hash >> 4) & (entries.count &- 2) }

        @inline(__always) func prefetch(_ hash: UInt32) { entries.prefetch(home(hash)) }

        /// The position of a packet's flow, or -1.
        @inline(__always) func position(_ packet: PlainPacket) -> Int {
            let home = home(packet.hash)
            if entries[home].isOf(packet) { return home }
            return entries[home &+ 1].isOf(packet) ? home &+ 1 : -1
        }

        @inline(__always) subscript(position: Int) -> Entry {
            get { entries[position] }
            nonmutating _modify { yield &entries[position] }
        }

        /// Enters a flow that is not there. Returns what had to go for it.
        func insert(_ entry: Entry, _ hash: UInt32) -> Entry {
            let home = home(hash)
            let isFirst =
                entries[home].circumstances == .unused
                || (entries[home + 1].circumstances != .unused && entries[home].packets <= entries[home + 1].packets)
            let position = isFirst ? home : home + 1
            defer { entries[position] = entry }
            return entries[position]
        }

        /// Hands every entry with packets to `body`, and sets its count back.
        func settleAll(_ body: (Entry) -> Void) {
            for position in 0..<entries.count where entries[position].packets > 0 {
                body(entries[position])
                entries[position].packets = 0
            }
        }
    }

    let table: Table

    /// - Parameter capacity: flows; less, where that is no power of two.
    init(capacity: Int) {
        var count = 2
        while count * 2 <= capacity { count *= 2 }
        table = Table(entries: FlatArray(repeating: .free, count: count))
    }

    deinit { table.entries.deallocate() }
}

extension RecentDenials.Entry {
    /// No packet's: none of protocol 0 gets here.
    fileprivate static let free = Self(
        source: 0, destination: 0, ports: 0, proto: 0, circumstances: .unused, cell: 0, endpoint: -1, packets: 0)

    /// A flow of which every packet was told so far.
    init(_ packet: PlainPacket, _ circumstances: RecentDenials.Circumstances, cell: UInt32, endpoint: Int32) {
        self.init(
            source: packet.source, destination: packet.destination,
            ports: UInt32(packet.sourcePort) << 16 | UInt32(packet.destinationPort), proto: packet.proto,
            circumstances: circumstances, cell: cell, endpoint: endpoint, packets: 0)
    }
}

extension RecentDenials.Circumstances {
    /// Of a packet without a connection.
    @inline(__always) init(opening kind: PlainPacket.Kind) {
        switch kind {
        case .datagram, .syn, .ack: self = .new
        case .synAck, .fin, .rst: self = .invalid
        }
    }
}

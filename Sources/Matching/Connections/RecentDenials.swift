import NetTypes

/// The flows that were denied lately, with what denied them: their next packets are counted here, and those that find no
/// connection need not be judged again. A cache: four places for each hash, and the flow with the fewest packets goes. Owns
/// its memory.
///
/// A packet that no connection is known of is judged by its five numbers and its kind alone, the policy being frozen, so
/// that what was denied once is denied for as long as no connection is made.
final class RecentDenials: @unchecked Sendable {
    /// One direction of one flow, in 32 bytes.
    struct Entry: BitwiseCopyable {
        fileprivate let flow: Flow
        /// Of `SiteCells`.
        let cell: UInt32
        let endpoint: Int32
        /// Packets that nobody was told of yet.
        var packets: UInt32
        var circumstances: Circumstances

        @inline(__always) func isOf(_ packet: PlainPacket) -> Bool { flow.isSame(Flow(packet)) }

        var source: UInt32 { UInt32(truncatingIfNeeded: flow.isFromB ? flow.addresses >> 32 : flow.addresses) }
        var destination: UInt32 { UInt32(truncatingIfNeeded: flow.isFromB ? flow.addresses : flow.addresses >> 32) }
        var sourcePort: UInt16 { UInt16(truncatingIfNeeded: flow.isFromB ? flow.rest : flow.rest >> 16) }
        var destinationPort: UInt16 { UInt16(truncatingIfNeeded: flow.isFromB ? flow.rest >> 16 : flow.rest) }
        var proto: UInt8 { UInt8(truncatingIfNeeded: flow.rest >> 32) }
    }

    /// What tells one direction of a flow.
    fileprivate struct Flow: BitwiseCopyable {
        /// B's in the upper half.
        let addresses: UInt64
        /// B's port, A's port, protocol, and in the highest byte whether B sends.
        let rest: UInt64

        @inline(__always) init(_ packet: PlainPacket) {
            addresses = UInt64(packet.addressB) << 32 | UInt64(packet.addressA)
            rest = UInt64(packet.fromB) << 56 | UInt64(packet.proto) << 32 | UInt64(packet.ports)
        }

        /// No packet's: none of protocol 0 gets here.
        init() { (addresses, rest) = (0, 0) }

        var isFromB: Bool { rest >> 56 != 0 }

        @inline(__always) func isSame(_ other: Flow) -> Bool {
            (addresses ^ other.addresses) | (rest ^ other.rest) == 0
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

        /// Places for one hash: two cache lines.
        private static let ways = 4

        @inline(__always) private func home(_ hash: UInt32) -> Int {
            Int(hash >> 4) &* Self.ways & (entries.count &- 1)
        }

        @inline(__always) func prefetch(_ hash: UInt32) {
            entries.prefetch(home(hash))
            entries.prefetch(home(hash) &+ Self.ways / 2)
        }

        /// The position of a packet's flow, or -1.
        @inline(__always) func position(_ packet: PlainPacket) -> Int {
            let (home, flow) = (home(packet.hash), Flow(packet))
            for way in 0..<Self.ways where entries[home &+ way].flow.isSame(flow) { return home &+ way }
            return -1
        }

        @inline(__always) subscript(position: Int) -> Entry {
            get { entries[position] }
            nonmutating _modify { yield &entries[position] }
        }

        /// Enters a flow that is not there. Returns what had to go for it.
        func insert(_ entry: Entry, _ hash: UInt32) -> Entry {
            let home = home(hash)
            var position = home
            for way in home..<home + Self.ways where entries[way].rank < entries[position].rank { position = way }
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
        var count = 4
        while count * 2 <= capacity { count *= 2 }
        table = Table(entries: FlatArray(repeating: .free, count: count))
    }

    deinit { table.entries.deallocate() }
}

extension RecentDenials.Entry {
    fileprivate static let free = Self(
        flow: RecentDenials.Flow(), cell: 0, endpoint: -1, packets: 0, circumstances: .unused)

    /// A flow of which every packet was told so far.
    init(_ packet: PlainPacket, _ circumstances: RecentDenials.Circumstances, cell: UInt32, endpoint: Int32) {
        self.init(
            flow: RecentDenials.Flow(packet), cell: cell, endpoint: endpoint, packets: 0, circumstances: circumstances)
    }

    /// The lowest has to go.
    fileprivate var rank: Int { circumstances == .unused ? -1 : Int(packets) }
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

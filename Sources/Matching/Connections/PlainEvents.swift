import NetTypes

/// Packets by verdict and state, of those that `PlainJudge` took.
public struct PlainCounts: Sendable {
    public private(set) var allowed = 0
    public private(set) var denied = 0
    /// Packets that pass no emulated node, and the first of them.
    public private(set) var elsewhere = 0
    public private(set) var firstElsewhere = 0
    public private(set) var new = 0
    public private(set) var established = 0
    public private(set) var invalid = 0

    @inline(__always) mutating func count(_ passage: PlainRun.Passage) {
        if passage.accepts { allowed &+= 1 } else { denied &+= 1 }
        switch passage.state {
        case .new: new &+= 1
        case .established: established &+= 1
        case .invalid: invalid &+= 1
        }
    }

    @inline(__always) mutating func countEstablished() {
        allowed &+= 1
        established &+= 1
    }

    /// A packet that opened a connection.
    @inline(__always) mutating func countOpened() {
        allowed &+= 1
        new &+= 1
    }

    /// A packet without a connection, or one that `RecentDenials` knows.
    @inline(__always) mutating func countDenied(_ circumstances: RecentDenials.Circumstances) {
        denied &+= 1
        if circumstances == .invalid { invalid &+= 1 } else { new &+= 1 }
    }

    mutating func countElsewhere(_ frame: Int) {
        if elsewhere == 0 { firstElsewhere = frame }
        elsewhere += 1
    }
}

/// Something that reports list: the first packet that was let through in one direction of a connection, or packets of
/// a flow that were denied.
@frozen public struct PlainEvent: BitwiseCopyable, Sendable {
    /// Of the first packet; the largest value: an event before told of it.
    public var frame: Int
    public var packets: UInt32
    public var source: UInt32
    public var destination: UInt32
    public var sourcePort: UInt16
    public var destinationPort: UInt16
    public var proto: UInt8
    public var isDenied: Bool
    /// Of a denial: at the end that sends.
    public var isEgress: Bool
    /// Of a denial.
    public var site: UInt32
    public var endpoint: Int32
}

extension PlainEvent {
    static let none = PlainEvent(
        frame: 0, packets: 0, source: 0, destination: 0, sourcePort: 0, destinationPort: 0, proto: 0, isDenied: false,
        isEgress: false, site: 0, endpoint: 0)

    /// The first packet of its direction that was let through.
    @inline(__always) init(_ packet: PlainPacket) {
        self.init(
            frame: packet.frame, packets: 1, source: packet.source, destination: packet.destination,
            sourcePort: packet.sourcePort, destinationPort: packet.destinationPort, proto: packet.proto,
            isDenied: false, isEgress: false, site: 0, endpoint: -1)
    }

    /// A packet that was denied, the first of its flow for all that is known here.
    @inline(__always) init(_ packet: PlainPacket, denied cell: UInt32, at endpoint: Int32) {
        self.init(packet)
        isDenied = true
        isEgress = SiteCells.isEgress(cell)
        site = SiteCells.site(cell)
        self.endpoint = endpoint
    }

    /// Further packets of a flow.
    init(_ entry: RecentDenials.Entry) {
        self.init(
            frame: .max, packets: entry.packets, source: entry.source, destination: entry.destination,
            sourcePort: entry.sourcePort, destinationPort: entry.destinationPort, proto: entry.proto,
            isDenied: true, isEgress: SiteCells.isEgress(entry.cell), site: SiteCells.site(entry.cell),
            endpoint: entry.endpoint)
    }
}

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

    @inline(__always) mutating func count(_ passage: PlainJudge.Passage) {
        if passage.accepts { allowed &+= 1 } else { denied &+= 1 }
        switch passage.state {
        case .new: new &+= 1
        case .established: established &+= 1
        case .invalid: invalid &+= 1
        }
    }

    mutating func countElsewhere(_ frame: Int) {
        if elsewhere == 0 { firstElsewhere = frame }
        elsewhere += 1
    }
}

/// Something that reports list: the first packet that was let through in one direction of a connection, or a packet
/// that was denied.
@frozen public struct PlainEvent: BitwiseCopyable, Sendable {
    public var frame: Int
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

/// The events of one call, in order. Owns its memory.
public final class PlainEvents: @unchecked Sendable {
    private let events: FlatArray<PlainEvent>
    public private(set) var count = 0

    init() {
        events = FlatArray(
            repeating: PlainEvent(
                frame: 0, source: 0, destination: 0, sourcePort: 0, destinationPort: 0, proto: 0, isDenied: false,
                isEgress: false, site: 0, endpoint: 0),
            count: PlainJudge.batch)
    }

    deinit { events.deallocate() }

    public subscript(index: Int) -> PlainEvent { events[index] }

    @inline(__always) func add(
        _ packet: PlainPacket, isDenied: Bool, site: UInt32 = 0, endpoint: Int32 = -1, isEgress: Bool = false
    ) {
        events[count] = PlainEvent(
            frame: packet.frame, source: packet.source, destination: packet.destination,
            sourcePort: packet.sourcePort, destinationPort: packet.destinationPort, proto: packet.proto,
            isDenied: isDenied, isEgress: isEgress, site: site, endpoint: endpoint)
        count += 1
    }

    public func removeAll() { count = 0 }
}

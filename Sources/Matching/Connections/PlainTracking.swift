import NetTypes

/// The state tables of TCP and UDP as flat bytes, for the batched judge; the same tables as `TCPTable` and
/// `FlowTimeouts`. Owns its memory.
final class PlainTracking: @unchecked Sendable {
    static let invalid: UInt8 = 255
    static let ignored: UInt8 = 254
    static let datagram = PlainPacket.Kind.datagram.rawValue

    /// What the loop uses: plain values, good as long as their owner lives.
    struct Tables {
        /// By kind, direction and state: 16 bytes a row.
        fileprivate let transitions: FlatArray<UInt8>
        /// By TCP state; behind them UDP, and answered UDP. Nanoseconds.
        fileprivate let lifetimes: FlatArray<Int64>
    }

    let tables: Tables

    init(_ timeouts: FlowTimeouts) {
        let transitions = FlatArray(repeating: Self.invalid, count: 5 * 2 * 16)
        let lifetimes = FlatArray<Int64>(repeating: 0, count: 18)
        for segment in TCPSegment.allCases {
            for isReply in [false, true] {
                for state in TCPState.allCases {
                    let next: UInt8 =
                        switch TCPTable.transition(segment, isReply: isReply, from: state) {
                        case .to(let next): next.rawValue
                        case .ignored: Self.ignored
                        case .invalid: Self.invalid
                        }
                    transitions[Self.row(segment.rawValue, isReply) + Int(state.rawValue)] = next
                }
            }
        }
        for state in TCPState.allCases {
            lifetimes[Int(state.rawValue)] = timeouts.lifetime(of: Self.entry(6, state.rawValue))
        }
        var udp = Self.entry(17, 0)
        lifetimes[16] = timeouts.lifetime(of: udp)
        udp.seenReply = true
        lifetimes[17] = timeouts.lifetime(of: udp)
        tables = Tables(transitions: transitions, lifetimes: lifetimes)
    }

    deinit {
        tables.transitions.deallocate()
        tables.lifetimes.deallocate()
    }

    fileprivate static func row(_ kind: UInt8, _ isReply: Bool) -> Int { Int(kind) * 32 + (isReply ? 16 : 0) }

    private static func entry(_ proto: UInt8, _ state: UInt8) -> FlowEntry {
        let tuple = FlowTuple(addressA: 0, addressB: 0, node: 0, portA: 0, portB: 0, proto: proto, family: .v4)
        var entry = FlowEntry(FlowSide(tuple: tuple, isFromA: true))
        entry.state = state
        return entry
    }

    /// What one node's connection tracking says of a packet.
    enum State: UInt8 {
        case new
        case established
        case invalid
    }
}

extension PlainTracking.Tables {
    typealias State = PlainTracking.State

    /// A packet at one node's view, moving it on as `FlowTable.begin` does. A view that is over is taken out.
    ///
    /// - Returns: the state, and the view that `FlowTable.confirm` would enter; not live where it would enter none.
    @inline(__always) func begin(
        _ view: inout FlowLine.ViewState, _ expiry: inout Int64, _ kind: UInt8, fromA: Bool, time: Int64
    ) -> (State, FlowLine.ViewState) {
        guard view.isLive else { return open(kind, fromA: fromA) }
        guard expiry > time || expiry == .max else {
            view = .none
            return open(kind, fromA: fromA)
        }
        let isReply = fromA != view.isOpenedByA
        if kind != PlainTracking.datagram {
            let next = transitions[PlainTracking.row(kind, isReply) + Int(view.state)]
            if next == PlainTracking.invalid { return (.invalid, .none) }
            if next != PlainTracking.ignored {
                if next == TCPState.synSent.rawValue,
                    view.state == TCPState.timeWait.rawValue || view.state == TCPState.closed.rawValue
                {
                    view = .none
                    return open(kind, fromA: fromA)
                }
                view.rawValue = view.rawValue & 0xf0 | next
                if kind == PlainPacket.Kind.rst.rawValue, !view.isAnswered {
                    view = .none
                    return (isReply ? .established : .new, .none)
                }
            }
        }
        if isReply { view.rawValue |= FlowLine.ViewState.isAnswered }
        expiry = end(of: view, kind, time)
        return (view.isAnswered ? .established : .new, .none)
    }

    /// Whether `begin` would come to `established` and change nothing but the expiry.
    @inline(__always) func goesOn(
        _ view: FlowLine.ViewState, _ expiry: Int64, _ kind: UInt8, fromA: Bool, time: Int64
    ) -> Bool {
        guard view.isLive, view.isAnswered, expiry > time else { return false }
        return kind == PlainTracking.datagram
            || transitions[PlainTracking.row(kind, fromA != view.isOpenedByA) &+ Int(view.state)] == view.state
    }

    /// A packet without a known connection.
    @inline(__always) private func open(_ kind: UInt8, fromA: Bool) -> (State, FlowLine.ViewState) {
        switch kind {
        case PlainTracking.datagram: return (.new, FlowLine.ViewState(opening: 0, fromA: fromA))
        case PlainPacket.Kind.syn.rawValue:
            return (.new, FlowLine.ViewState(opening: TCPState.synSent.rawValue, fromA: fromA))
        case PlainPacket.Kind.ack.rawValue:
            return (.new, FlowLine.ViewState(opening: TCPState.established.rawValue, fromA: fromA))
        default: return (.invalid, .none)
        }
    }

    /// When a view that saw a packet at `time` is forgotten.
    @inline(__always) func end(of view: FlowLine.ViewState, _ kind: UInt8, _ time: Int64) -> Int64 {
        let place = kind == PlainTracking.datagram ? (view.isAnswered ? 17 : 16) : Int(view.state)
        let (sum, overflow) = time.addingReportingOverflow(lifetimes[place])
        return overflow ? .max : sum
    }

    /// Whether `begin` may come to `new`, so that policy must be known before it is called. True too often for SYN.
    @inline(__always) func mayBeNew(
        _ view: FlowLine.ViewState, _ expiry: Int64, _ kind: UInt8, fromA: Bool, time: Int64
    ) -> Bool {
        guard view.isLive, expiry > time || expiry == .max else { return true }
        return kind == PlainPacket.Kind.syn.rawValue || !(view.isAnswered || fromA != view.isOpenedByA)
    }
}

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
        /// How long a view is remembered, in nanoseconds: by `lifetime(_:isDatagram:)`.
        fileprivate let lifetimes: FlatArray<Int64>
        /// By view: one bit for each `PlainStep` that leaves it as it is, an established connection's.
        fileprivate let steadySteps: FlatArray<UInt16>
    }

    let tables: Tables

    init(_ timeouts: FlowTimeouts) {
        let transitions = FlatArray(repeating: Self.invalid, count: 5 * 2 * 16)
        let lifetimes = FlatArray<Int64>(repeating: .max, count: 512)
        let steadySteps = FlatArray<UInt16>(repeating: 0, count: 256)
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
        let tables = Tables(transitions: transitions, lifetimes: lifetimes, steadySteps: steadySteps)
        for raw in FlowLine.ViewState.isLive...UInt8.max {
            let view = FlowLine.ViewState(rawValue: raw)
            if TCPState(rawValue: view.state) != nil {
                lifetimes[Self.lifetime(view, isDatagram: false)] = timeouts.lifetime(of: Self.entry(6, view))
            }
            lifetimes[Self.lifetime(view, isDatagram: true)] = timeouts.lifetime(of: Self.entry(17, view))
            for kind in 0...Self.datagram {
                for fromA in [true, false] where tables.isSteady(view, kind, fromA: fromA) {
                    steadySteps[Int(raw)] |= 1 << (UInt16(kind) * 2 + (fromA ? 0 : 1))
                }
            }
        }
        self.tables = tables
    }

    deinit {
        tables.transitions.deallocate()
        tables.lifetimes.deallocate()
        tables.steadySteps.deallocate()
    }

    fileprivate static func row(_ kind: UInt8, _ isReply: Bool) -> Int { Int(kind) * 32 + (isReply ? 16 : 0) }

    /// The place of a view's lifetime; of one that does not live, that of everything.
    @inline(__always) fileprivate static func lifetime(_ view: FlowLine.ViewState, isDatagram: Bool) -> Int {
        Int(view.rawValue) | (isDatagram ? 256 : 0)
    }

    private static func entry(_ proto: UInt8, _ view: FlowLine.ViewState) -> FlowEntry {
        let tuple = FlowTuple(addressA: 0, addressB: 0, node: 0, portA: 0, portB: 0, proto: proto, family: .v4)
        var entry = FlowEntry(FlowSide(tuple: tuple, isFromA: true))
        entry.state = view.state
        entry.seenReply = view.isAnswered
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
        expiry = end(of: view, isDatagram: kind == PlainTracking.datagram, time)
        return (view.isAnswered ? .established : .new, .none)
    }

    /// Whether `begin` comes to `established` and changes nothing but the expiry, as long as the view has not run out.
    fileprivate func isSteady(_ view: FlowLine.ViewState, _ kind: UInt8, fromA: Bool) -> Bool {
        guard view.isAnswered else { return false }
        if kind == PlainTracking.datagram { return true }
        let next = transitions[PlainTracking.row(kind, fromA != view.isOpenedByA) + Int(view.state)]
        return next == view.state || next == PlainTracking.ignored
    }

    /// One bit for each `PlainStep` that leaves this view as it is.
    @inline(__always) func steadySteps(_ view: FlowLine.ViewState) -> UInt16 { steadySteps[Int(view.rawValue)] }

    /// The view that a packet without a known connection opens; not live where it opens none.
    @inline(__always) func opening(_ kind: PlainPacket.Kind, fromA: Bool) -> FlowLine.ViewState {
        open(kind.rawValue, fromA: fromA).1
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

    /// When a view that saw a packet at `time` is forgotten; one that does not live, never.
    @inline(__always) func end(of view: FlowLine.ViewState, isDatagram: Bool, _ time: Int64) -> Int64 {
        let (sum, overflow) = time.addingReportingOverflow(
            lifetimes[PlainTracking.lifetime(view, isDatagram: isDatagram)])
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

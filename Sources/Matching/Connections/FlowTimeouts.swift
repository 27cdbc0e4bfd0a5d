import NetTypes

/// How long an idle connection is remembered.
public enum FlowTimeouts: Sendable, Hashable {
    /// The defaults of Linux 6.18 (`nf_conntrack_*_timeout*`), by the capture's clock.
    case kernelDefaults
    /// Until the table is full: for traces whose timestamps mean nothing, and to compare with packets injected faster
    /// than they were recorded.
    case none

    /// Nanoseconds.
    func lifetime(of entry: FlowEntry) -> Int64 {
        switch self {
        case .none: .max
        case .kernelDefaults: Int64(FlowTimeouts.seconds(entry)) * 1_000_000_000
        }
    }

    private static func seconds(_ entry: FlowEntry) -> Int {
        switch IPProtocol(entry.tuple.proto) {
        case .tcp: tcpSeconds(TCPState(rawValue: entry.state) ?? .none)
        case .sctp: sctpSeconds(SCTPState(rawValue: entry.state) ?? .none)
        case .udp: entry.seenReply ? 120 : 30
        case .udplite: entry.seenReply ? 180 : 30
        case .icmp, .icmpv6: 30
        default: 600
        }
    }

    private static func tcpSeconds(_ state: TCPState) -> Int {
        switch state {
        case .none, .synSent, .synSent2, .finWait, .timeWait: 120
        case .synReceived, .closeWait: 60
        case .established: 5 * 24 * 3600
        case .lastAck: 30
        case .closed: 10
        }
    }

    private static func sctpSeconds(_ state: SCTPState) -> Int {
        switch state {
        case .none, .closed: 10
        case .cookieWait, .cookieEchoed, .shutdownSent, .shutdownReceived, .shutdownAckSent: 3
        case .established: 210
        case .heartbeatSent: 30
        }
    }
}

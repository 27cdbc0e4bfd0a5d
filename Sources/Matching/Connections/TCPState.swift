/// The kernel's TCP connection states (`enum tcp_conntrack`).
enum TCPState: UInt8, Sendable, CaseIterable {
    case none
    case synSent
    case synReceived
    case established
    case finWait
    case closeWait
    case lastAck
    case timeWait
    case closed
    /// SYN sent by both.
    case synSent2
}

/// What a segment does to a connection.
enum TCPTransition: Equatable, Sendable {
    case to(TCPState)
    /// The state stays; the packet passes.
    case ignored
    case invalid
}

/// `tcp_conntracks` of nf_conntrack_proto_tcp.c, as conntrack.md gives it.
enum TCPTable {
    static func transition(_ segment: TCPSegment, isReply: Bool, from state: TCPState) -> TCPTransition {
        let row = (isReply ? replies : originals)[Int(segment.rawValue)]
        return row[Int(state.rawValue)]
    }

    // Columns: none, SYN sent, SYN received, established, FIN wait, close wait, last ACK, time wait, closed, SYN sent 2.

    private static let originals: [[TCPTransition]] = [
        rows("SS SS =  =  =  =  =  SS SS S2"),
        rows("-  -  SR -  -  -  -  -  -  SR"),
        rows("-  -  FW FW LA LA LA TW CL - "),
        rows("ES -  ES ES CW CW TW TW CL - "),
        rows("-  CL CL CL CL CL CL CL CL CL"),
    ]

    private static let replies: [[TCPTransition]] = [
        rows("-  S2 -  -  -  -  -  SS -  S2"),
        rows("-  SR =  =  =  =  =  =  =  SR"),
        rows("-  -  FW FW LA LA LA TW CL - "),
        rows("-  =  SR ES CW CW TW TW CL = "),
        rows("-  CL CL CL CL CL CL CL CL CL"),
    ]

    private static func rows(_ text: StaticString) -> [TCPTransition] {
        "\(text)".split(separator: " ").map { word in
            switch word {
            case "SS": .to(.synSent)
            case "SR": .to(.synReceived)
            case "ES": .to(.established)
            case "FW": .to(.finWait)
            case "CW": .to(.closeWait)
            case "LA": .to(.lastAck)
            case "TW": .to(.timeWait)
            case "CL": .to(.closed)
            case "S2": .to(.synSent2)
            case "=": .ignored
            default: .invalid
            }
        }
    }
}

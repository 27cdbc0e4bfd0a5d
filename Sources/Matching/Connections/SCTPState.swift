/// The kernel's SCTP association states (`enum sctp_conntrack`).
enum SCTPState: UInt8, Sendable, CaseIterable {
    case none
    /// INIT seen, or the association is over.
    case closed
    /// INIT-ACK seen.
    case cookieWait
    case cookieEchoed
    case established
    case shutdownSent
    case shutdownReceived
    case shutdownAckSent
    case heartbeatSent
}

/// An association in both directions' terms: its state, and the verification tags that each side must use.
struct SCTPAssociation: Equatable, Sendable {
    var state: SCTPState
    /// What packets of the opener must bear; 0 while unknown.
    var originalTag: UInt32 = 0
    /// What packets of the other side must bear; 0 while unknown.
    var replyTag: UInt32 = 0

    /// `nil` unless the kernel makes an entry of the packet (`sctp_new`, and the checks of `nf_conntrack_sctp_packet`
    /// on packets without one): INIT, or stray chunks of an association that was there before tracking began.
    init?(opening segment: SCTPSegment) {
        let chunks = SCTPChunk.allCases.filter { segment.chunks & $0.bit != 0 }
        guard !chunks.isEmpty, segment.chunks == chunks.reduce(0, { $0 | $1.bit }),
            segment.chunks & SCTPChunk.neverOpening == 0
        else { return nil }
        state = .none
        for chunk in chunks {
            switch chunk {
            case .initiate:
                guard segment.verificationTag == 0, let tag = segment.initiateTag else { return nil }
                replyTag = tag
            case .initiateAck where segment.initiateTag == nil: return nil
            case .heartbeat: originalTag = segment.verificationTag
            default: replyTag = segment.verificationTag
            }
        }
        guard accept(segment, isReply: false) else { return nil }
    }

    init(state: SCTPState, originalTag: UInt32, replyTag: UInt32) {
        self.state = state
        self.originalTag = originalTag
        self.replyTag = replyTag
    }

    /// Takes a packet of the known association into account (`nf_conntrack_sctp_packet`). False: invalid, nothing
    /// changed.
    mutating func accept(_ segment: SCTPSegment, isReply: Bool) -> Bool {
        let expected = isReply ? replyTag : originalTag
        if segment.chunks & SCTPChunk.tagCheckers == 0, segment.verificationTag != expected { return false }
        var next = self
        // The first chunk goes first; the order of those bundled behind it makes no difference to the table.
        if let first = SCTPChunk(rawValue: segment.firstChunk) {
            guard next.take(first, segment, isReply: isReply) else { return false }
        }
        for chunk in SCTPChunk.allCases
        where segment.chunks & chunk.bit != 0 && chunk.rawValue != segment.firstChunk {
            guard next.take(chunk, segment, isReply: isReply) else { return false }
        }
        self = next
        return true
    }

    private mutating func take(_ chunk: SCTPChunk, _ segment: SCTPSegment, isReply: Bool) -> Bool {
        switch tagCheck(chunk, segment, isReply: isReply) {
        case .mismatch: return false
        case .skipsChunk: return true
        case .match: break
        }
        guard let next = SCTPTable.transition(chunk, isReply: isReply, from: state) else { return false }
        state = next
        if chunk == .initiate || chunk == .initiateAck, let tag = segment.initiateTag {
            if isReply { originalTag = tag } else { replyTag = tag }
        }
        return true
    }

    private enum TagCheck {
        case match
        case mismatch
        case skipsChunk
    }

    /// RFC 9260 8.5.1, as the kernel reads it.
    private mutating func tagCheck(_ chunk: SCTPChunk, _ segment: SCTPSegment, isReply: Bool) -> TagCheck {
        let tag = segment.verificationTag
        let expected = isReply ? replyTag : originalTag
        switch chunk {
        case .initiate:
            return tag == 0 ? .match : .mismatch
        case .abort, .shutdownComplete:
            return tag == originalTag || tag == replyTag ? .match : .mismatch
        case .cookieEcho:
            return tag == expected ? .match : .mismatch
        case .heartbeat, .heartbeatAck:
            if expected == 0 {
                if isReply { replyTag = tag } else { originalTag = tag }
                return .match
            }
            if tag == expected { return .match }
            return segment.chunks & 1 == 0 ? .skipsChunk : .mismatch
        case .initiateAck, .shutdown, .shutdownAck, .error, .cookieAck:
            return .match
        }
    }
}

/// The chunk types that move an association; DATA, SACK and the rest leave it as it is.
enum SCTPChunk: UInt8, Sendable, CaseIterable {
    case initiate = 1
    case initiateAck = 2
    case heartbeat = 4
    case heartbeatAck = 5
    case abort = 6
    case shutdown = 7
    case shutdownAck = 8
    case error = 9
    case cookieEcho = 10
    case cookieAck = 11
    case shutdownComplete = 14

    /// The chunk's place in `SCTPSegment.chunks`.
    var bit: UInt16 { 1 << UInt16(rawValue) }

    /// Of no known association these are discarded (RFC 9260 8.4).
    static let neverOpening: UInt16 = SCTPChunk.abort.bit | SCTPChunk.shutdownComplete.bit | SCTPChunk.cookieAck.bit

    /// A packet with one of these is exempt from the common check of the verification tag.
    static let tagCheckers: UInt16 = [
        SCTPChunk.initiate, .abort, .shutdownComplete, .cookieEcho, .shutdownAck, .heartbeat, .heartbeatAck,
    ].reduce(0) { $0 | $1.bit }
}

/// `sctp_conntracks` of nf_conntrack_proto_sctp.c.
enum SCTPTable {
    /// `nil`: invalid.
    static func transition(_ chunk: SCTPChunk, isReply: Bool, from state: SCTPState) -> SCTPState? {
        (isReply ? replies : originals)[chunk]?[Int(state.rawValue)]
    }

    // Columns: none, closed, cookie wait, cookie echoed, established, shutdown sent, shutdown received,
    // shutdown ack sent, heartbeat sent.

    private static let originals: [SCTPChunk: [SCTPState?]] = [
        .initiate: row("CL CL CW CE ES CL CL SA CW"),
        .initiateAck: row("CL CL CW CE ES SS SR SA CL"),
        .abort: row("CL CL CL CL CL CL CL CL CL"),
        .shutdown: row("CL CL CW CE SS SS SR SA CL"),
        .shutdownAck: row("SA CL CW CE ES SA SA SA SA"),
        .error: row("CL CL CW CE ES SS SR SA CL"),
        .cookieEcho: row("CL CL CE CE ES SS SR SA CL"),
        .cookieAck: row("CL CL CW ES ES SS SR SA CL"),
        .shutdownComplete: row("CL CL CW CE ES SS SR CL CL"),
        .heartbeat: row("HS CL CW CE ES SS SR SA HS"),
        .heartbeatAck: row("CL CL CW CE ES SS SR SA HS"),
    ]

    private static let replies: [SCTPChunk: [SCTPState?]] = [
        .initiate: row("-  CL CW CE ES SS SR SA - "),
        .initiateAck: row("-  CW CW CE ES SS SR SA - "),
        .abort: row("-  CL CL CL CL CL CL CL - "),
        .shutdown: row("-  CL CW CE SR SS SR SA - "),
        .shutdownAck: row("-  CL CW CE ES SA SA SA - "),
        .error: row("-  CL CW CL ES SS SR SA - "),
        .cookieEcho: row("-  CL CE CE ES SS SR SA - "),
        .cookieAck: row("-  CL CW ES ES SS SR SA - "),
        .shutdownComplete: row("-  CL CW CE ES SS SR CL - "),
        .heartbeat: row("-  CL CW CE ES SS SR SA HS"),
        .heartbeatAck: row("-  CL CW CE ES SS SR SA ES"),
    ]

    private static func row(_ text: StaticString) -> [SCTPState?] {
        "\(text)".split(separator: " ").map { word in
            switch word {
            case "CL": .closed
            case "CW": .cookieWait
            case "CE": .cookieEchoed
            case "ES": .established
            case "SS": .shutdownSent
            case "SR": .shutdownReceived
            case "SA": .shutdownAckSent
            case "HS": .heartbeatSent
            default: nil
            }
        }
    }
}

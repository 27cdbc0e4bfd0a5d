import NetTypes

/// What the next link-layer header is.
enum LinkStep {
    case network(IPFamily)
    /// IP of the version that its first nibble says.
    case ipByVersion
    case etherType(UInt16)
    case ethernet
    /// IEEE 802.2.
    case logicalLink
    case pointToPoint
    case labelStack
}

/// The walk from the first byte of a frame to its IP header. One method per header, each in the file of its name;
/// each checks its bytes, moves `position` behind the header and says what comes next.
struct LinkWalk {
    /// Far above four VLAN tags, MPLS and a pseudowire; a nested forgery ends here.
    private static let maximumHeaders = 24

    /// Offset in the frame of the next header.
    var position = 0
    /// End of the captured bytes of this frame; never beyond the span.
    var capturedEnd: Int
    /// End of the frame on the wire; `nil` when the capture cannot say (NFLOG copies a prefix).
    var originalEnd: Int?
    var facts = LinkFacts()

    init(capturedLength: Int, originalLength: Int) {
        capturedEnd = capturedLength
        originalEnd = max(capturedLength, originalLength)
    }

    /// Moves to the IP header and returns its version.
    mutating func findNetworkHeader(
        of link: LinkLayer, in bytes: Span<UInt8>
    ) throws(DecodeError) -> IPFamily {
        var step = try firstStep(of: link, in: bytes)
        for _ in 0..<LinkWalk.maximumHeaders {
            switch step {
            case .network(let family): return family
            case .ipByVersion: step = .network(try ipVersion(in: bytes))
            case .etherType(let type): step = try etherType(type, in: bytes)
            case .ethernet: step = try ethernet(in: bytes)
            case .logicalLink: step = try logicalLink(in: bytes)
            case .pointToPoint: step = try pointToPoint(in: bytes)
            case .labelStack: step = try labelStack(in: bytes)
            }
        }
        throw fault(.tooManyLinkHeaders)
    }

    private mutating func firstStep(of link: LinkLayer, in bytes: Span<UInt8>) throws(DecodeError) -> LinkStep {
        switch link {
        case .ethernet: .ethernet
        case .raw: .ipByVersion
        case .ipv4: .network(.v4)
        case .ipv6: .network(.v6)
        case .null: try loopback(bigEndianOnly: false, in: bytes)
        case .loop: try loopback(bigEndianOnly: true, in: bytes)
        case .linuxCooked: try linuxCooked(in: bytes)
        case .linuxCookedV2: try linuxCookedV2(in: bytes)
        case .ppp: try pppFraming(in: bytes)
        case .pppSerial: try serialFraming(in: bytes)
        case .ciscoHDLC: try ciscoHDLC(in: bytes)
        case .netfilterLog: try netfilterLog(in: bytes)
        case .fddi: try fddi(in: bytes)
        case .ipOverInfiniBand: try infiniBand(in: bytes)
        }
    }

    /// Makes sure that `count` bytes from `position` on are in the capture.
    func require(_ count: Int) throws(DecodeError) {
        let found = capturedEnd - position
        guard found < count else { return }
        let isCut = originalEnd.map { $0 - position >= count } ?? true
        throw fault(isCut ? .linkHeaderCut : .linkHeaderShort, needed: count, found: max(0, found))
    }

    func fault(_ reason: DecodeError.Reason, needed: Int = 0, found: Int = 0) -> DecodeError {
        DecodeError(reason: reason, offset: position, needed: needed, found: found, link: facts)
    }

    private func ipVersion(in bytes: Span<UInt8>) throws(DecodeError) -> IPFamily {
        try require(1)
        guard let family = IPFamily(rawValue: bytes[position] >> 4) else { throw fault(.ipVersion) }
        return family
    }
}

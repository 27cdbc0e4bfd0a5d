import NetTypes

/// Writes Ethernet frames as records of a classic pcap file, with right lengths and checksums.
///
/// ```
/// 16 record header │ 14 Ethernet │ 20 IPv4 or 40 IPv6 │ 20 TCP or 8 UDP │ payload, of which the snapshot may cut
/// ```
struct FrameWriter: Sendable {
    struct Time: Sendable {
        let seconds: UInt32
        let microseconds: UInt32
    }

    private let frames: TrafficPlan.Frames
    private let snapshotLength: Int
    /// Record and packet headers, patched for each frame.
    private var head = [UInt8](repeating: 0, count: 16 + 14 + 40 + 20)
    private let payload: [UInt8]
    /// Ones' complement sums, unfolded, of the first n bytes of the payload.
    private let payloadSums: [UInt32]
    private var identification: UInt16 = 0

    private static let largestFrame = 1514
    private static let smallestFrame = 60

    init(_ frames: TrafficPlan.Frames) {
        self.frames = frames
        snapshotLength = frames == .snapped ? 96 : 65_535
        payload = (0..<Self.largestFrame).map { UInt8(0x20 + $0 % 95) }
        var sums: [UInt32] = [0]
        for (place, byte) in payload.enumerated() {
            sums.append(sums[place] + UInt32(byte) << (place % 2 == 0 ? 8 : 0))
        }
        payloadSums = sums
        head.replaceSubrange(16..<30, with: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0])
    }

    /// Microseconds, little endian, Ethernet.
    func appendFileHeader(to bytes: inout [UInt8]) {
        for word: UInt32 in [0xa1b2_c3d4, 2 | 4 << 16, 0, 0, UInt32(snapshotLength), 1] {
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
    }

    /// Data comes in a mix of sizes: 5 of 100 frames are the smallest, 54 of 590 bytes, 41 the largest. With the frames
    /// that hold headers alone, a good third, that makes 610 bytes on average.
    private func frameLength(_ size: ConversationPacket.Size, _ random: inout RandomStream) -> Int {
        guard frames != .small, size == .data else { return Self.smallestFrame }
        switch random.number(below: 100) {
        case 0..<5: return Self.smallestFrame
        case 5..<59: return 590
        default: return Self.largestFrame
        }
    }

    /// Appends one record; returns how many bytes of data the packet has, captured or not.
    mutating func append(
        _ conversation: Conversation, _ packet: ConversationPacket, _ time: Time, _ random: inout RandomStream,
        to bytes: inout [UInt8]
    ) -> Int {
        let networkLength = conversation.family == .v4 ? 20 : 40
        let transportLength = conversation.isUDP ? 8 : 20
        let headers = 14 + networkLength + transportLength
        let wanted = frameLength(packet.size, &random)
        let data = packet.size == .data ? max(0, wanted - headers) : 0
        let length = max(Self.smallestFrame, headers + data)
        let sum = putNetwork(conversation, packet, transportLength + data)
        putTransport(conversation, packet, at: 30 + networkLength, sum: sum, data: data)
        let captured = min(length, snapshotLength)
        put32Little(time.seconds, at: 0)
        put32Little(time.microseconds, at: 4)
        put32Little(UInt32(truncatingIfNeeded: captured), at: 8)
        put32Little(UInt32(truncatingIfNeeded: length), at: 12)
        bytes.append(contentsOf: head[0..<16 + min(headers, captured)])
        let shown = max(0, min(data, captured - headers))
        bytes.append(contentsOf: payload[0..<shown])
        let padding = captured - headers - shown
        if padding > 0 { bytes.append(contentsOf: repeatElement(0, count: padding)) }
        return data
    }

    /// Returns the sum of the pseudo header (RFC 9293 3.1, RFC 8200 8.1), unfolded.
    private mutating func putNetwork(
        _ conversation: Conversation, _ packet: ConversationPacket, _ length: Int
    ) -> UInt32 {
        let source = packet.isFromClient ? conversation.client : conversation.server
        let destination = packet.isFromClient ? conversation.server : conversation.client
        let proto: UInt16 = conversation.isUDP ? 17 : 6
        let isV4 = conversation.family == .v4
        put16(isV4 ? 0x0800 : 0x86dd, at: 28)
        if isV4 {
            identification &+= 1
            put16(0x4500, at: 30)
            put16(UInt16(truncatingIfNeeded: length + 20), at: 32)
            put16(identification, at: 34)
            put16(0x4000, at: 36)
            put16(0x4000 | proto, at: 38)
            put16(0, at: 40)
        } else {
            put16(0x6000, at: 30)
            put16(0, at: 32)
            put16(UInt16(truncatingIfNeeded: length), at: 34)
            put16(proto << 8 | 64, at: 36)
        }
        let addresses = put(source, at: isV4 ? 42 : 38) &+ put(destination, at: isV4 ? 46 : 54)
        if isV4 {
            let fixed = 0x4500 + UInt32(length + 20) + UInt32(identification) + 0x4000 + 0x4000 + UInt32(proto)
            put16(Self.checksum(fixed &+ addresses), at: 40)
        }
        return addresses &+ UInt32(proto) &+ UInt32(length)
    }

    private mutating func putTransport(
        _ conversation: Conversation, _ packet: ConversationPacket, at offset: Int, sum: UInt32, data: Int
    ) {
        let source = packet.isFromClient ? conversation.clientPort : conversation.serverPort
        let destination = packet.isFromClient ? conversation.serverPort : conversation.clientPort
        put16(source, at: offset)
        put16(destination, at: offset + 2)
        var sum = sum &+ UInt32(source) &+ UInt32(destination) &+ payloadSums[data]
        guard !conversation.isUDP else {
            put16(UInt16(truncatingIfNeeded: 8 + data), at: offset + 4)
            let checksum = Self.checksum(sum &+ UInt32(8 + data))
            return put16(checksum == 0 ? 0xffff : checksum, at: offset + 6)
        }
        let control = 0x5000 | UInt16(packet.flags)
        let window: UInt16 = 0xfaf0
        put32(packet.sequence, at: offset + 4)
        put32(packet.acknowledgment, at: offset + 8)
        put16(control, at: offset + 12)
        put16(window, at: offset + 14)
        put16(0, at: offset + 18)
        sum = sum &+ Self.halves(packet.sequence) &+ Self.halves(packet.acknowledgment)
        put16(Self.checksum(sum &+ UInt32(control) &+ UInt32(window)), at: offset + 16)
    }

    // MARK: Bytes

    private static func halves(_ word: UInt32) -> UInt32 { (word >> 16) + (word & 0xffff) }

    private static func checksum(_ sum: UInt32) -> UInt16 {
        var folded = sum
        while folded > 0xffff { folded = (folded & 0xffff) + (folded >> 16) }
        return ~UInt16(truncatingIfNeeded: folded)
    }

    /// Returns the sum of the address's 16-bit words.
    private mutating func put(_ address: IPAddress, at offset: Int) -> UInt32 {
        guard address.family == .v6 else {
            let word = UInt32(truncatingIfNeeded: address.bits)
            put32(word, at: offset)
            return Self.halves(word)
        }
        var sum: UInt32 = 0
        for part in 0..<4 {
            let word = UInt32(truncatingIfNeeded: address.bits >> UInt128(96 - part * 32))
            put32(word, at: offset + part * 4)
            sum &+= Self.halves(word)
        }
        return sum
    }

    private mutating func put16(_ value: UInt16, at offset: Int) {
        head[offset] = UInt8(truncatingIfNeeded: value >> 8)
        head[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    private mutating func put32(_ value: UInt32, at offset: Int) {
        put16(UInt16(truncatingIfNeeded: value >> 16), at: offset)
        put16(UInt16(truncatingIfNeeded: value), at: offset + 2)
    }

    private mutating func put32Little(_ value: UInt32, at offset: Int) {
        for place in 0..<4 { head[offset + place] = UInt8(truncatingIfNeeded: value >> UInt32(place * 8)) }
    }
}

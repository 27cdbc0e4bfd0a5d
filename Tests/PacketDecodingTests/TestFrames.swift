import NetTypes
import PacketDecoding

/// Bytes from hexadecimal text; blanks are ignored.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Small packets that link-layer tests wrap: UDP 10.0.0.1:1000 to 10.0.0.2:53, and the same in IPv6.
enum TestFrames {
    static let ipv4 = hex("4500 001c 0001 0000 4011 0000 0a000001 0a000002  03e8 0035 0008 0000")
    static let ipv6 = hex("60000000 0008 1140" + fd("1") + fd("2") + "03e8 0035 0008 0000")
    static let macs = hex("020000000001 020000000002")

    static func fd(_ last: String) -> String { "fd" + String(repeating: "0", count: 29) + last }

    static let ipv4Key = FlowKey.ports(.udp, from: address("10.0.0.1"), 1000, to: address("10.0.0.2"), 53)
    static let ipv6Key = FlowKey.ports(.udp, from: address("fd00::1"), 1000, to: address("fd00::2"), 53)

    static func address(_ text: String) -> IPAddress {
        IPAddress(text) ?? IPAddress(v4: 0)
    }
}

/// The reason why a frame does not decode; `nil` when it does.
func failure(_ link: LinkLayer, _ bytes: [UInt8], originalLength: Int? = nil) -> DecodeError? {
    do throws(DecodeError) {
        _ = try FrameDecoder(link).decode(bytes.span, originalLength: originalLength ?? bytes.count)
        return nil
    } catch {
        return error
    }
}

/// A raw IP packet, whole or cut to its first `captured` bytes.
func decodeRaw(_ packet: [UInt8], captured: Int? = nil) throws -> DecodedPacket {
    let bytes = Array(packet.prefix(captured ?? packet.count))
    return try FrameDecoder(.raw).decode(bytes.span, originalLength: packet.count)
}

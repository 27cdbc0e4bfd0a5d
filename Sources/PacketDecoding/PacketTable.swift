import NetTypes

/// The decoded columns of a capture as CSV, one row per frame: what `dataplane packets -o csv` prints, and what any
/// other decoder can be compared with. An empty cell means that the frame has no such thing.
public enum PacketTable {
    /// `ts`: seconds since 1970 with 9 decimals. `frag`: 0 whole, 1 first fragment, 2 later one. `tcpFlags`: 12 bits,
    /// hexadecimal. `ipLen`: IPv4 total length. `vlan`: outermost VLAN id.
    public static let columns = [
        "frame", "ts", "capLen", "origLen", "ipVersion", "proto", "src", "sport", "dst", "dport", "icmpType",
        "icmpCode", "frag", "tcpFlags", "ipLen", "vlan",
    ]

    public static let headerLine = columns.joined(separator: ",")

    /// What the row says besides the packet.
    public struct Frame: Hashable, Sendable {
        /// From 1.
        public var number: Int
        /// Nanoseconds since 1970.
        public var timestamp: Int64
        public var capturedLength: Int
        public var originalLength: Int

        public init(number: Int, timestamp: Int64, capturedLength: Int, originalLength: Int) {
            self.number = number
            self.timestamp = timestamp
            self.capturedLength = capturedLength
            self.originalLength = originalLength
        }
    }

    /// One line without line end. No cell ever needs quotes.
    public static func line(_ frame: Frame, _ decoded: Result<DecodedPacket, DecodeError>) -> String {
        cells(frame, decoded).joined(separator: ",")
    }

    /// The cells of one row, in the order of `columns`.
    public static func cells(_ frame: Frame, _ decoded: Result<DecodedPacket, DecodeError>) -> [String] {
        let head = [
            "\(frame.number)", seconds(frame.timestamp), "\(frame.capturedLength)", "\(frame.originalLength)",
        ]
        switch decoded {
        case .failure(let error):
            return head + Array(repeating: "", count: columns.count - head.count - 1) + [cell(error.link.vlan)]
        case .success(let packet):
            return head + cells(packet)
        }
    }

    private static func cells(_ packet: DecodedPacket) -> [String] {
        let network = packet.network
        let transport = packet.transport
        let hasPorts = transport.view == .ports
        let isICMP = transport.view == .icmp
        return [
            "\(network.family.rawValue)",
            "\(network.proto.rawValue)",
            "\(network.source)",
            cell(hasPorts ? transport.sourcePort : nil),
            "\(network.destination)",
            cell(hasPorts ? transport.destinationPort : nil),
            cell(isICMP ? transport.icmpType : nil),
            cell(isICMP ? transport.icmpCode : nil),
            "\(network.fragment.position.rawValue)",
            transport.tcpFlags.map { hexadecimal($0.rawValue) } ?? "",
            cell(ipv4Length(network)),
            cell(packet.link.vlan),
        ]
    }

    /// The total length field; where segmentation offload left 0 in it, the length that was taken instead.
    private static func ipv4Length(_ network: NetworkHeader) -> Int? {
        network.totalLengthField.map { $0 == 0 ? network.length : Int($0) }
    }

    private static func cell(_ number: (some FixedWidthInteger)?) -> String {
        number.map { String($0) } ?? ""
    }

    private static func hexadecimal(_ value: UInt16) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Rounded towards the past, so that the nine decimals count forward even before 1970.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let billion: Int64 = 1_000_000_000
        let fraction = ((nanoseconds % billion) + billion) % billion
        let whole = nanoseconds / billion - (nanoseconds % billion < 0 ? 1 : 0)
        let digits = String(fraction)
        return "\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}

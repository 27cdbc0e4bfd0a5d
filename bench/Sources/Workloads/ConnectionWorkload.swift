import Matching
import NetTypes
import NetworkTopology

/// Packets of open TCP connections, in both directions, one connection after the other: what most packets of a node are.
public struct ConnectionWorkload: Sendable {
    private var table: FlowTable
    private let keys: [(key: FlowKey, answer: FlowKey)]
    /// Of one pass.
    public let packets: Int
    private var time: Int64 = 0

    public init(flows: Int, packets: Int) {
        self.packets = packets
        table = FlowTable(capacity: 1 << 18)
        keys = (0..<flows).map { flow in
            let client = IPAddress(v4: 0x0a40_0000 + UInt32(flow))
            let server = IPAddress(v4: 0x0a50_0000 + UInt32(flow % 977))
            return (
                .ports(.tcp, from: client, UInt16(32_768 + flow % 20_000), to: server, 8080),
                .ports(.tcp, from: server, 8080, to: client, UInt16(32_768 + flow % 20_000))
            )
        }
        for each in keys {
            for (key, segment) in [(each.key, TCPSegment.syn), (each.answer, .synAck), (each.key, .ack)] {
                table.confirm(table.begin(key, .tcp(segment), at: NodeIndex(0), time: time), time: time)
            }
        }
    }

    /// Returns how many packets were established: all of them.
    public mutating func pass() -> Int {
        var established = 0
        for packet in 0..<packets {
            time += 1000
            let flow = keys[packet * 7919 % keys.count]
            let key = packet % 2 == 0 ? flow.key : flow.answer
            if table.begin(key, .tcp(.ack), at: NodeIndex(0), time: time).state == .established { established += 1 }
        }
        return established
    }
}

import Capture
import Matching
import NetTypes
import PacketDecoding

/// One chunk of a round: its frames, the plain ones of them decoded and sorted by lane. Owns its memory.
final class ReplaySlot: @unchecked Sendable {
    /// A frame that is not plain, and the latest time of the plain ones before it in the chunk.
    struct Odd {
        var index: Int
        var latest: Int64
    }

    let chunk = TraceChunk()
    /// By lane, in order.
    let packets: [FlatArray<PlainPacket>]
    private(set) var counts: [Int]
    private(set) var odd: [Odd] = []
    /// What became of those, by lane.
    var specials: [[ReplayLane.Special]]
    /// Of the plain packets.
    private(set) var latest = Int64.min

    init(lanes: Int) {
        packets = (0..<lanes).map { [count = chunk.frameCapacity] _ in FlatArray(repeating: .none, count: count) }
        counts = Array(repeating: 0, count: lanes)
        specials = Array(repeating: [], count: lanes)
    }

    deinit { for block in packets { block.deallocate() } }

    func decode(_ decoder: PlainDecoder, shardCount: Int) {
        odd.removeAll(keepingCapacity: true)
        for lane in specials.indices { specials[lane].removeAll(keepingCapacity: true) }
        var latest = Int64.min
        var counts = [Int](repeating: 0, count: counts.count)
        chunk.withFrames { bytes, frames in
            let bytes = unsafe bytes.bytes
            for index in 0..<frames.count {
                let frame = frames[index]
                let packet = decoder.decode(
                    bytes, at: Int(frame.offset), captured: Int(frame.capturedLength),
                    original: Int(frame.originalLength), time: frame.timestamp, frame: frame.number)
                guard let packet else {
                    odd.append(Odd(index: index, latest: latest))
                    continue
                }
                let lane = FlowTable.shard(packet, of: shardCount) % counts.count
                packets[lane][counts[lane]] = packet
                counts[lane] += 1
                latest = max(latest, packet.time)
            }
        }
        self.counts = counts
        self.latest = latest
    }
}

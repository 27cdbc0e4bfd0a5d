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
    let counts: FlatArray<Int>
    private(set) var odd: [Odd] = []
    /// What became of those, by lane.
    var specials: [[ReplayLane.Special]]
    /// Of the plain packets.
    private(set) var latest = Int64.min
    /// What is decoded before any of it is sorted: what was written a moment ago is slow to read.
    private let staging = FlatArray<PlainPacket>(repeating: .none, count: ReplaySlot.groups * PlainDecoder.group)
    /// Of the groups: which of their frames are plain.
    private let plain = FlatArray<UInt32>(repeating: 0, count: ReplaySlot.groups)
    private static let groups = 16

    init(lanes: Int) {
        packets = (0..<lanes).map { [count = chunk.frameCapacity] _ in FlatArray(repeating: .none, count: count) }
        counts = FlatArray(repeating: 0, count: lanes)
        specials = Array(repeating: [], count: lanes)
    }

    deinit {
        staging.deallocate()
        plain.deallocate()
        counts.deallocate()
        for block in packets { block.deallocate() }
    }

    /// - Parameter laneOfShard: by shard.
    func decode(_ decoder: PlainDecoder, _ laneOfShard: FlatArray<UInt8>) {
        odd.removeAll(keepingCapacity: true)
        for lane in specials.indices { specials[lane].removeAll(keepingCapacity: true) }
        for lane in 0..<counts.count { counts[lane] = 0 }
        latest = chunk.withFrames { bytes, frames in
            let (bytes, descriptors) = unsafe (bytes.bytes, frames.bytes)
            var latest = Int64.min
            var index = 0
            while index < frames.count {
                let groups = min(Self.groups, (frames.count - index) / PlainDecoder.group)
                for group in 0..<groups {
                    let place = group * PlainDecoder.group
                    plain[group] = decoder.decodeGroup(
                        bytes, descriptors, first: index + place, into: staging, at: place)
                }
                for place in 0..<groups * PlainDecoder.group {
                    let isPlain = plain[place / PlainDecoder.group] >> UInt32(place % PlainDecoder.group) & 1 != 0
                    take(isPlain ? staging[place] : nil, index + place, laneOfShard, &latest)
                }
                index += groups * PlainDecoder.group
                if groups < Self.groups, index < frames.count {
                    take(decoder.decode(bytes, descriptors, at: index), index, laneOfShard, &latest)
                    index += 1
                }
            }
            return latest
        }
    }

    @inline(__always) private func take(
        _ packet: PlainPacket?, _ index: Int, _ laneOfShard: FlatArray<UInt8>, _ latest: inout Int64
    ) {
        guard let packet else {
            odd.append(Odd(index: index, latest: latest))
            return
        }
        let lane = Int(laneOfShard[Int(packet.shard)])
        packets[lane][counts[lane]] = packet
        counts[lane] &+= 1
        latest = max(latest, packet.time)
    }

    /// Adds the plain packets to `counts`, by shard.
    func countShards(_ shards: inout [Int]) {
        for lane in packets.indices {
            for place in 0..<counts[lane] { shards[Int(packets[lane][place].shard)] += 1 }
        }
    }
}

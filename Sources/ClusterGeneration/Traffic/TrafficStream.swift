/// A capture of a cluster's traffic as bytes of a classic pcap file, a few thousand packets at a time: memory depends on
/// the number of flows alone.
///
///     var trace = TrafficStream(cluster, traffic)
///     while trace.append(to: &buffer) { try file.write(buffer); buffer.removeAll(keepingCapacity: true) }
///
/// One packet each microsecond. Conversations that nobody answers are opening packets sent again and again.
public struct TrafficStream: Sendable {
    private let plan: TrafficPlan
    private var maker: ConversationMaker
    /// Empty for random traffic.
    private var conversations: [Conversation] = []
    private var ranks: ZipfTable?
    private var random: RandomStream
    private var writer: FrameWriter
    public private(set) var packetsWritten = 0

    private static let packetsPerStep = 8192
    /// 2026-03-02 09:00:00 UTC.
    private static let startSeconds = 1_772_442_000

    /// O(flows).
    public init(_ cluster: ClusterPlan, _ plan: TrafficPlan) {
        self.plan = plan
        maker = ConversationMaker(cluster)
        random = RandomStream(seed: cluster.seed, .packets)
        writer = FrameWriter(plan.frames)
        guard plan.pattern != .random else { return }
        conversations.reserveCapacity(plan.flows)
        for _ in 0..<plan.flows { conversations.append(maker.next()) }
        if plan.pattern == .zipf { ranks = ZipfTable(ranks: plan.flows) }
    }

    /// Appends some packets more. False when nothing was left to append.
    public mutating func append(to bytes: inout [UInt8]) -> Bool {
        guard packetsWritten < plan.packets else { return false }
        if packetsWritten == 0 { writer.appendFileHeader(to: &bytes) }
        for _ in 0..<min(TrafficStream.packetsPerStep, plan.packets - packetsWritten) {
            appendPacket(to: &bytes)
            packetsWritten += 1
        }
        return true
    }

    private mutating func appendPacket(to bytes: inout [UInt8]) {
        let time = FrameWriter.Time(
            seconds: UInt32(truncatingIfNeeded: Self.startSeconds + packetsWritten / 1_000_000),
            microseconds: UInt32(truncatingIfNeeded: packetsWritten % 1_000_000))
        guard plan.pattern != .random else {
            let conversation = maker.next()
            let packet = conversation.lonePacket(&random)
            _ = writer.append(conversation, packet, time, &random, to: &bytes)
            return
        }
        let index = nextConversation()
        let packet = conversations[index].nextPacket(lifetime: lifetime(index), &random)
        let data = writer.append(conversations[index], packet, time, &random, to: &bytes)
        conversations[index].sent(packet, bytes: data)
    }

    private mutating func nextConversation() -> Int {
        if let ranks { return ranks.rank(&random) }
        // SYN, SYN-ACK and ACK of one flow after the other.
        guard packetsWritten >= 3 * conversations.count else { return packetsWritten / 3 }
        return random.number(below: conversations.count)
    }

    /// Packets of one connection, 16 to 527 of them: a number of the conversation's own.
    private func lifetime(_ index: Int) -> UInt32 {
        plan.pattern == .established
            ? .max : 16 + UInt32(truncatingIfNeeded: RandomStream.mixed(UInt64(index)) & 511)
    }
}

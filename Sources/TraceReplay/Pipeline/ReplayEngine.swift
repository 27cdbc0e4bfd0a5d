public import Capture
public import Classification
import Matching
public import PacketDecoding

/// Replays the frames of one capture, in order: decodes, reassembles, folds copies, judges, counts.
///
/// Memory is bounded by the limits of its parts, whatever the capture holds; what a limit costs is counted and told.
///
///     var engine = ReplayEngine(tree, linkLayer: layer, settings: settings)
///     while try capture.nextFrame({ engine.take($0, $1) }) != nil { list(engine.takeRows()) }
///     engine.finish()
public struct ReplayEngine: Sendable {
    /// Without what the plain path counted.
    private var counted: ReplayTally
    private let settings: ReplaySettings
    private let decoder: FrameDecoder
    private var defragmenter = Defragmenter()
    private var judge: SideBySideJudge
    /// `nil` when no rule names domains.
    private var names: DomainWatch?
    /// Only for captures that tell the direction of a frame.
    private var folder: CopyFolder
    private var rows: RowQueue
    private var passages: [Passage] = []
    /// Beside this engine, for the packets that nearly all are; `nil` where they need more than it knows.
    private var plain: PlainPath?

    /// - Parameter preview: the tree with everything staged carried out, to judge each packet by as well.
    public init(
        _ tree: MatchTree, preview: MatchTree? = nil, linkLayer: LinkLayer, settings: ReplaySettings = ReplaySettings()
    ) {
        self.settings = settings
        decoder = FrameDecoder(linkLayer)
        judge = SideBySideJudge(tree, preview: preview, options: settings.judging)
        folder = CopyFolder(services: tree.services)
        rows = RowQueue(limit: settings.maximumWaitingRows)
        let followsDomains = tree.followsDomains || preview?.followsDomains == true
        names = followsDomains ? DomainWatch(limit: settings.maximumReportedFlows) : nil
        plain = preview == nil ? PlainPath(tree, judge.now, linkLayer, settings) : nil
        counted = ReplayTally(tree, limit: settings.maximumReportedFlows, lists: plain?.lists)
    }

    /// Takes the next frame of the capture.
    public mutating func take(_ frame: CapturedFrame, _ bytes: Span<UInt8>) {
        if settings.listsPackets { rows.announce(frame.number) }
        let packet: DecodedPacket
        do throws(DecodeError) {
            packet = try decoder.decode(bytes, originalLength: frame.originalLength)
        } catch {
            settle(frame.number, .undecodable(error))
            return
        }
        if let defect = packet.network.defect {
            settle(frame.number, .none(.defect(defect)))
            return
        }
        let outcome = defragmenter.add(
            packet, bytes: bytes, frame: frame.number, timestamp: frame.timestamp,
            scope: ReplayEngine.scope(packet.link))
        settleIncomplete(defragmenter.takeIncomplete())
        switch outcome {
        case .held:
            break
        case .notFragment, .passedAlone:
            take(packet, bytes, frame: frame.number, others: [], time: frame.timestamp)
        case .complete(let datagram):
            let others = (datagram.frames + datagram.duplicates).filter { $0 != frame.number }
            take(
                datagram.packet, datagram.bytes.span, frame: frame.number, others: others.sorted(),
                time: frame.timestamp)
        }
    }

    /// Takes the next frames of the capture: `range` of the chunk.
    public mutating func take(_ chunk: TraceChunk, _ range: Range<Int>) {
        guard let plain else {
            for index in range { take(chunk, at: index) }
            return
        }
        plain.take(chunk, range) { index, latest in
            defragmenter.advance(to: latest)
            take(chunk, at: index)
        }
    }

    private mutating func take(_ chunk: TraceChunk, at index: Int) {
        let frame = CapturedFrame(chunk[index])
        chunk.withBytes(of: index) { bytes in take(frame, bytes) }
    }

    /// What was counted so far.
    public var tally: ReplayTally {
        guard let plain else { return counted }
        var tally = counted
        plain.add(to: &tally)
        return tally
    }

    /// Packets denied so far.
    public var packetsDenied: Int { counted.denied + (plain?.judge.counts.denied ?? 0) }

    /// Frames that needed the complete engine, if there is a plain path beside it.
    public var framesBesidePlainPath: Int? { plain.map { _ in counted.frames } }

    /// The end of the capture: what still waits is settled.
    public mutating func finish() {
        if let latest = plain?.latest { defragmenter.advance(to: latest) }
        settleIncomplete(defragmenter.finish())
    }

    /// The rows that are next in the order of the capture; empty unless `ReplaySettings.listsPackets`.
    public mutating func takeRows() -> [PacketRow] { rows.take() }

    /// The packets judged since the last call; empty unless `ReplaySettings.recordsPassages`.
    public mutating func takePassages() -> [Passage] {
        defer { passages = [] }
        return passages
    }

    /// What domain names had to do with the verdicts so far; `nil` when no rule names any.
    public var domainReport: DomainReport? {
        (judge.now.domains ?? judge.staged?.domains).flatMap { learning in names?.report(learning) }
    }

    /// What was given up to keep within bounds, so far.
    public var losses: ReplayLosses {
        ReplayLosses(
            forgottenFlows: judge.now.forgottenFlows, evictedDatagrams: defragmenter.evictions,
            rowsReleasedEarly: rows.releasedEarly, forgottenStagedFlows: judge.staged?.forgottenFlows ?? 0)
    }

    /// A whole packet, shown by `frame` and, if it was fragmented, by `others`, which ascend.
    private mutating func take(
        _ packet: DecodedPacket, _ bytes: Span<UInt8>, frame: Int, others: [Int], time: Int64
    ) {
        var facts = PacketFacts(packet, in: bytes)
        facts.answer = names?.reader.answer(packet, bytes, frame: frame)
        guard packet.link.packetType != nil else {
            let outcome = judge.judge(facts, time: time)
            record(packet, bytes, frame: frame, wasFragmented: !others.isEmpty)
            settle(PacketRow(frame: frame, outcome, key: facts.key), others)
            return
        }
        let fingerprint = CopyFolder.fingerprint(packet, in: bytes)
        if let original = folder.original(of: packet, facts.key, fingerprint: fingerprint, time: time) {
            let row = PacketRow(frame: frame, original.outcome, key: facts.key, copyOf: original.frame)
            settle(row, others)
            return
        }
        let outcome = judge.judge(facts, time: time)
        record(packet, bytes, frame: frame, wasFragmented: !others.isEmpty)
        let sighting = CopyFolder.Sighting(
            frame: others.first.map { min($0, frame) } ?? frame, key: facts.key, outcome: outcome)
        folder.remember(packet, sighting, fingerprint: fingerprint, time: time)
        settle(PacketRow(frame: frame, outcome, key: facts.key), others)
    }

    private mutating func record(_ packet: DecodedPacket, _ bytes: Span<UInt8>, frame: Int, wasFragmented: Bool) {
        guard settings.recordsPassages, !judge.now.lastHops.isEmpty else { return }
        let start = packet.network.offset
        let end = min(start + packet.network.length, bytes.count)
        passages.append(
            Passage(
                frame: frame, bytes: (start..<max(start, end)).map { bytes[$0] },
                transportOffset: packet.transport.offset - start, isCut: start + packet.network.length > bytes.count,
                wasFragmented: wasFragmented, hops: judge.now.lastHops))
    }

    private mutating func settleIncomplete(_ datagrams: [IncompleteDatagram]) {
        for datagram in datagrams {
            for frame in datagram.frames { settle(frame, .undecided(.fragments(datagram.reason))) }
        }
    }

    private mutating func settle(_ frame: Int, _ outcome: PacketOutcome) {
        settle(PacketRow(frame: frame, outcome: outcome, key: nil), [])
    }

    private mutating func settle(_ row: PacketRow, _ others: [Int]) {
        for frame in others {
            var copy = row
            copy.frame = frame
            settle(copy, seen: row.frame)
        }
        settle(row, seen: row.frame)
    }

    private mutating func settle(_ row: PacketRow, seen: Int) {
        counted.count(row, seen: seen)
        names?.count(row)
        if settings.listsPackets { rows.settle(row) }
    }

    /// Received and sent fragments of a router don't meet, nor do those of two interfaces.
    private static func scope(_ link: LinkFacts) -> UInt32 {
        (link.interfaceIndex ?? 0) << 1 | (link.packetType == .outgoing ? 1 : 0)
    }
}

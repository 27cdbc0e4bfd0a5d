public import Capture
public import Classification
import PacketDecoding

/// One run over one capture: reads, replays, hands out rows, reports.
///
///     var session = try ReplaySession(path: "trace.pcap", tree: tree, settings: settings)
///     while session.step(frames: 10_000) {
///         print(session.takeRows()); draw(session.progress); if interrupted { session.stop() }
///     }
///     let report = session.report()
public struct ReplaySession: ~Copyable {
    private let source: TraceSource
    /// `nil`: one worker, the caller's thread.
    private let parallel: ParallelReplay?
    private let chunk = TraceChunk()
    /// Frames of the chunk that were judged.
    private var position = 0
    private var engine: ReplayEngine
    private let tree: MatchTree
    private let preview: MatchTree?
    private let packetLimit: Int?
    private var end: ReplayEnd?
    private var framesTaken = 0

    /// Opens the capture; nothing is judged yet.
    ///
    /// - Parameters:
    ///   - filter: a pcap-filter(7) expression.
    ///   - packetLimit: frames to judge at most, those that the filter rejects not counted.
    ///   - preview: the tree with everything staged carried out; `nil` when nothing is staged.
    public init(
        path: String, filter: String? = nil, packetLimit: Int? = nil, tree: MatchTree, preview: MatchTree? = nil,
        settings: ReplaySettings = ReplaySettings()
    ) throws(ReplayError) {
        let reader = try openCapture(path, filter)
        guard let layer = LinkLayer(dataLinkType: reader.linkType.number) else {
            throw .unsupportedLinkType(reader.linkType, path: path)
        }
        // Pipes may be live: what came is judged before more is waited for.
        let isWalked = reader.walksItself
        source = TraceSource(reader)
        let parallel =
            preview == nil && isWalked ? ParallelReplay(tree, linkLayer: layer, settings: settings) : nil
        var settings = settings
        if parallel != nil { settings.usesPlainPath = false }
        engine = ReplayEngine(tree, preview: preview, linkLayer: layer, settings: settings)
        self.parallel = parallel
        self.tree = tree
        self.preview = preview
        self.packetLimit = packetLimit
    }

    /// Replays up to so many frames more. False when the end was reached: all rows are out then.
    public mutating func step(frames: Int) -> Bool {
        guard end == nil else { return false }
        if let parallel { return step(parallel) }
        var left = frames
        while left > 0 {
            let allowed = packetLimit.map { $0 - framesTaken } ?? .max
            guard allowed > 0 else {
                finish(.limit)
                return false
            }
            if position == chunk.count {
                position = 0
                guard source.reader.read(chunk, limit: allowed) else {
                    finish(.capture(source.reader.end ?? .complete))
                    return false
                }
            }
            let count = min(left, allowed, chunk.count - position)
            engine.take(chunk, position..<position + count)
            position += count
            framesTaken += count
            left -= count
        }
        return true
    }

    private mutating func step(_ parallel: ParallelReplay) -> Bool {
        let allowed = packetLimit.map { $0 - framesTaken } ?? .max
        guard allowed > 0 else {
            finish(.limit)
            return false
        }
        let taken = parallel.step(source, limit: allowed)
        framesTaken += taken
        if taken == 0 { finish(.capture(source.reader.end ?? .complete)) }
        return taken > 0
    }

    /// Ends the run where it stands; `step` does nothing from then on.
    public mutating func stop() {
        if end == nil { finish(.interrupted) }
    }

    /// The rows that are next in the order of the capture. Take them after each step: they are kept until then.
    public mutating func takeRows() -> [PacketRow] { engine.takeRows() }

    /// The packets that nodes judged since the last call; empty unless `ReplaySettings.recordsPassages`.
    public mutating func takePassages() -> [Passage] { engine.takePassages() }

    /// Frames judged so far.
    public var framesJudged: Int { framesTaken }
    /// Packets denied so far.
    public var packetsDenied: Int { parallel?.packetsDenied ?? engine.packetsDenied }
    /// Of the frames judged, those that needed the complete engine although there is a plain path; `nil` without one.
    public var framesBesidePlainPath: Int? {
        parallel?.framesBesidePlainPath ?? engine.framesBesidePlainPath
    }
    /// Where in its file the capture is; `nil` for a pipe.
    public var progress: CaptureProgress? { source.reader.progress }

    /// What was found so far; of a run that has not ended, the fragments that still wait are not in it.
    public func report() -> ReplayReport {
        var report = ReplayReport(
            parallel?.tally ?? engine.tally, tree, preview: preview,
            capture: ReplayReport.CaptureSummary(
                path: source.reader.path, linkType: source.reader.linkType.name, frames: framesTaken,
                framesFiltered: source.reader.framesFiltered, end: end ?? .interrupted),
            losses: parallel?.losses ?? engine.losses)
        report.domains = engine.domainReport
        return report
    }

    private mutating func finish(_ end: ReplayEnd) {
        if let parallel { parallel.finish() } else { engine.finish() }
        self.end = end
    }
}

private func openCapture(_ path: String, _ filter: String?) throws(ReplayError) -> TraceReader {
    do throws(CaptureError) {
        return try TraceReader(path: path, filter: filter)
    } catch {
        throw .capture(error)
    }
}

/// Why a replay could not start.
public enum ReplayError: Error, Hashable, Sendable {
    case capture(CaptureError)
    case unsupportedLinkType(CaptureLinkType, path: String)
}

extension ReplayError: CustomStringConvertible {
    /// One sentence for the user, without the path.
    public var description: String {
        switch self {
        case .capture(let error): error.description
        case .unsupportedLinkType(let type, _):
            "link type \(type) (\(type.summary)) is not supported: its frames can't be decoded"
        }
    }

    public var path: String {
        switch self {
        case .capture(let error): error.path
        case .unsupportedLinkType(_, let path): path
        }
    }

    /// What to do about it, where there is something.
    public var hint: String? {
        switch self {
        case .capture(let error): error.hint
        case .unsupportedLinkType: nil
        }
    }
}

import Capture
import Classification
import Diagnostics
import NetTypes
import NetworkTopology
import TraceReplay
import Workspace

/// `dataplane replay`: a verdict for every packet of a capture.
func runReplay(_ options: ReplayOptions, _ console: Console) -> ExitStatus {
    var inputs = LoadedInputs.load(options.manifests, whatIf: true, console)
    inputs.tree.topology.outsideInterfaces = options.interfaces.map {
        Topology.OutsideInterface(name: $0.name, prefixes: $0.prefixes)
    }
    let status: ExitStatus
    do throws(UsageError) {
        status = try replay(options, inputs, console)
    } catch {
        console.report([Diagnostic(.error, "unknown-node", at: nil, error.message, hint: error.hint)])
        return .badInput
    }
    return inputs.status.combined(with: status)
}

private func replay(
    _ options: ReplayOptions, _ inputs: LoadedInputs, _ console: Console
) throws(UsageError) -> ExitStatus {
    var settings = ReplaySettings()
    settings.listsPackets = options.listsPackets
    if let node = options.node { settings.judging.node = try inputs.node(named: node) }
    do throws(ReplayError) {
        var session = try ReplaySession(
            path: options.trace, filter: options.filter.isEmpty ? nil : options.filter,
            packetLimit: options.packetLimit.map { Int(clamping: $0) }, tree: inputs.tree, settings: settings)
        let report = run(&session, options, inputs, console)
        if !options.listsPackets { console.write(options.format.render(report)) }
        return status(of: report, options, console)
    } catch {
        console.report([
            Diagnostic(.error, "capture", at: nil, "\(error.path): \(error)", hint: error.hint)
        ])
        return .badInput
    }
}

/// Frames between two looks at the terminal, the signals and the rows.
private let stepLength = 4_096

private func run(
    _ session: inout ReplaySession, _ options: ReplayOptions, _ inputs: LoadedInputs, _ console: Console
) -> ReplayReport {
    var listing = PacketListing(inputs.tree, form: options.format.listing)
    if options.listsPackets { console.write(listing.head) }
    Interruption.watch()
    console.startProgress("replaying", total: session.progress.map { UInt64($0.totalBytes) })
    var hasMore = true
    while hasMore {
        hasMore = session.step(frames: stepLength)
        for row in session.takeRows() { console.write(listing.line(row)) }
        if let progress = session.progress {
            console.advanceProgress(
                to: UInt64(progress.bytesRead),
                note: "\(session.framesJudged) frames, \(session.packetsDenied) denied")
        }
        if Interruption.takeSummaryRequest() {
            console.log(.error, "\(session.framesJudged) frames, \(session.packetsDenied) denied so far")
        }
        if Interruption.wantsStop || !console.canWrite { session.stop() }
    }
    for row in session.takeRows() { console.write(listing.line(row)) }
    console.endProgress()
    return session.report()
}

private func status(of report: ReplayReport, _ options: ReplayOptions, _ console: Console) -> ExitStatus {
    switch report.capture.end {
    case .capture(let end):
        if let message = end.message {
            console.report([
                Diagnostic(
                    .warning, "capture-\(report.capture.end.word)", at: nil,
                    "\(options.trace): \(message): \(report.capture.frames) frames before it were judged",
                    hint: end.hint)
            ])
        }
    case .interrupted:
        console.log(.error, report.capture.end.message ?? "interrupted")
    case .limit: break
    }
    return options.failsOnDenied && report.verdicts.deny > 0 ? .different : .success
}

extension ReplayOptions.Format {
    fileprivate var listing: PacketListing.Form {
        switch self {
        case .text: .text
        case .json: .json
        case .csv: .csv
        }
    }

    fileprivate func render(_ report: ReplayReport) -> String {
        switch self {
        case .text: ReportText.render(report)
        case .json: ReportJSON.render(report)
        case .csv: ReportCSV.render(report)
        }
    }
}

extension ReplayError {
    fileprivate var hint: String? {
        guard case .capture(let error) = self else { return nil }
        return error.hint
    }
}

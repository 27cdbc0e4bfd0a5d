import Capture
import Classification
import Diagnostics
import NetworkTopology
import PolicyTesting
import TraceReplay
import Workspace

/// `dataplane replay`: judges the packets of a capture, lists them or reports.
func runReplay(_ options: ReplayOptions, _ console: Console) -> ExitStatus {
    var edition = options.edition.inputs
    // What the file does not say the trace may.
    edition.warnsOfUnknownNames = false
    let inputs = LoadedInputs.load(
        options.manifests, options.staging, edition, whatIf: true, interfaces: options.interfaces, node: options.node,
        console)
    do throws(UsageError) {
        guard !options.verifiesKernel || !inputs.tree.followsDomains else {
            throw UsageError("--verify-kernel: the kernel can't follow the DNS answers of a trace, which rules ask for")
        }
        let settings = try options.settings(inputs)
        return inputs.status.combined(with: replay(options, inputs, settings, console))
    } catch {
        console.report(error, in: ReplayOptions.command)
        return .badInput
    }
}

private let framesPerStep = 4096

private func replay(
    _ options: ReplayOptions, _ inputs: LoadedInputs, _ settings: ReplaySettings, _ console: Console
) -> ExitStatus {
    let preview = inputs.enforcingStaged()?.tree
    do throws(ReplayError) {
        var session = try ReplaySession(
            path: options.trace, filter: options.filter.isEmpty ? nil : options.filter,
            packetLimit: options.packetLimit.map { Int(clamping: $0) }, tree: inputs.tree, preview: preview,
            settings: settings)
        var listing =
            options.listsPackets ? PacketListing(inputs.tree, preview: preview, form: options.format.listing) : nil
        console.write(listing?.head ?? "")
        Interruption.watch()
        console.startProgress("replay", total: session.progress.map { UInt64($0.totalBytes) })
        var kernel = KernelReplay(inputs)
        var goesOn = true
        while goesOn {
            if Interruption.wantsStop || !console.canWrite { session.stop() }
            goesOn = session.step(frames: framesPerStep)
            for row in session.takeRows() { console.write(listing?.line(row) ?? "") }
            kernel.add(session.takePassages())
            if Interruption.takeSummaryRequest() { console.log(.error, "\n" + ReportText.render(session.report())) }
            console.advanceProgress(
                to: UInt64(session.progress?.bytesRead ?? 0),
                note: "\(session.framesJudged) packets, \(session.packetsDenied) denied")
        }
        console.endProgress()
        let status = finish(session.report(), options, console)
        return options.verifiesKernel ? status.combined(with: verify(&kernel, options, console)) : status
    } catch {
        console.report([Diagnostic(.error, "capture", at: nil, "\(error.path): \(error)", hint: error.hint)])
        return .badInput
    }
}

private func finish(_ report: ReplayReport, _ options: ReplayOptions, _ console: Console) -> ExitStatus {
    if let message = report.capture.end.message {
        console.report([
            Diagnostic(
                .warning, "capture-\(report.capture.end.word)", at: nil, "\(report.capture.path): \(message)",
                hint: report.capture.end.hint)
        ])
    }
    if !options.listsPackets { console.write(options.format.render(report)) }
    return options.failsOnDenied && report.verdicts.deny > 0 ? .different : .success
}

/// Puts the packets before the real kernel and tells where it differs; status 1 if it does. Beside a table or JSON the
/// findings are messages, so that the results stay one document.
private func verify(_ kernel: inout KernelReplay, _ options: ReplayOptions, _ console: Console) -> ExitStatus {
    do throws(EngineError) {
        let report = try kernel.run()
        for line in report.lines {
            if options.format == .text { console.writeLine(line) } else { console.log(.error, line) }
        }
        return report.agrees ? .success : .different
    } catch {
        console.report([Diagnostic(.error, "engine-kernel", at: nil, error.message)])
        return .environment
    }
}

extension ReplayOptions {
    fileprivate func settings(_ inputs: LoadedInputs) throws(UsageError) -> ReplaySettings {
        var settings = ReplaySettings()
        settings.listsPackets = listsPackets
        settings.workers = workers
        settings.recordsPassages = verifiesKernel
        if let node { settings.judging.node = try inputs.node(named: node) }
        return settings
    }
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

import Classification
import Diagnostics
import PolicyIR
import TraceReplay
import Workspace

/// `dataplane bench`: compiles and replays several times and reports medians.
func runBench(_ options: BenchOptions, _ console: Console) throws(UsageError) -> ExitStatus {
    let clock = ContinuousClock()
    let start = clock.now
    let inputs = LoadedInputs.load(options.manifests, nil, options.edition.inputs, whatIf: true, console)
    var compileSeconds = [start.duration(to: clock.now).seconds]
    for _ in 1..<max(1, options.runs) {
        compileSeconds.append(clock.measure { _ = options.compileAgain() }.seconds)
    }
    let passes: [ReplayPass]
    do throws(ReplayError) {
        passes = try options.replay(inputs.tree, console)
    } catch {
        console.report([Diagnostic(.error, "capture", at: nil, "\(error.path): \(error)", hint: error.hint)])
        return .badInput
    }
    let report = BenchReport(options, inputs.tree, passes, compileSeconds: compileSeconds)
    let breaches = try report.breaches(options.limits)
    console.write(options.format == .text ? report.text : report.json)
    for breach in breaches { console.log(.error, breach) }
    return inputs.status.combined(with: breaches.isEmpty ? .success : .different)
}

extension BenchOptions {
    /// The same inputs once more; what is wrong with them is known by then.
    fileprivate func compileAgain() -> LoadedInputs {
        LoadedInputs.load(
            manifests.paths, recursive: manifests.isRecursive, options: .init(whatIf: true), edition: edition.inputs)
    }

    fileprivate func replay(_ tree: MatchTree, _ console: Console) throws(ReplayError) -> [ReplayPass] {
        var passes: [ReplayPass] = []
        console.startProgress("bench", total: UInt64(runs))
        for run in 0..<runs {
            passes.append(try ReplayPass(trace, tree))
            console.advanceProgress(to: UInt64(run + 1), note: "runs")
        }
        console.endProgress()
        return passes
    }
}

/// One replay of the whole trace, timed as a whole and batch by batch.
struct ReplayPass: Sendable {
    static let framesPerBatch = 1024

    private(set) var frames = 0
    private(set) var seconds = 0.0
    /// Of each whole batch.
    private(set) var nanosecondsPerPacket: [Double] = []
    let verdicts: VerdictCounts

    init(_ trace: String, _ tree: MatchTree) throws(ReplayError) {
        var session = try ReplaySession(path: trace, tree: tree)
        let clock = ContinuousClock()
        var goesOn = true
        while goesOn {
            let start = clock.now
            goesOn = session.step(frames: Self.framesPerBatch)
            let time = start.duration(to: clock.now).seconds
            let batch = session.framesJudged - frames
            frames += batch
            seconds += time
            if batch == Self.framesPerBatch { nanosecondsPerPacket.append(time * 1e9 / Double(batch)) }
        }
        if nanosecondsPerPacket.isEmpty, frames > 0 { nanosecondsPerPacket = [seconds * 1e9 / Double(frames)] }
        verdicts = session.report().verdicts
    }
}

extension BenchReport {
    init(_ options: BenchOptions, _ tree: MatchTree, _ passes: [ReplayPass], compileSeconds: [Double]) {
        let batches = passes.flatMap(\.nanosecondsPerPacket)
        let verdicts = passes[0].verdicts
        let rates = passes.map { $0.seconds > 0 ? Double($0.frames) / $0.seconds : 0 }
        trace = options.trace
        runs = options.runs
        figures = [
            Figure("packets", Double(passes[0].frames), ""),
            Figure("packetsAllowed", Double(verdicts.allow), ""),
            Figure("packetsDenied", Double(verdicts.deny), ""),
            Figure("packetsPerSecond", rates.quantile(0.5), "/s"),
            Figure("nsPerPacketP50", batches.quantile(0.5), "ns"),
            Figure("nsPerPacketP99", batches.quantile(0.99), "ns"),
            Figure("compileSeconds", compileSeconds.quantile(0.5), "s"),
            Figure("peakMemoryBytes", Double(SystemCalls.peakMemoryBytes), "B"),
        ]
        figures += tree.statistics.rows.map { Figure("tree.\($0.name)", Double($0.value), "") }
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}

extension [Double] {
    /// The smallest value that at least this share of the values does not exceed; 0 of none. `quantile(0.5)` of an odd
    /// number of values is the median.
    func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let place = Int((share * Double(count)).rounded(.up)) - 1
        return sorted()[Swift.min(Swift.max(place, 0), count - 1)]
    }
}

import Classification
import Foundation
import Matching
import NetTypes
import NetworkTopology
import TestSupport
import Testing
import Workspace

@testable import TraceReplay

/// The report of a replay in all its forms, and how much of it the plain path did.
struct ReplayText: Equatable {
    var text: String
    var json: String
    var csv: String
    var frames = 0
    /// Frames that the plain path took.
    var plain = 0

    init(_ path: String, _ tree: MatchTree, _ settings: ReplaySettings) throws {
        var session = try ReplaySession(path: path, tree: tree, settings: settings)
        while session.step(frames: 1000) {}
        let report = session.report()
        text = ReportText.render(report, rowLimit: .max)
        json = ReportJSON.render(report)
        csv = ReportCSV.render(report)
        frames = report.capture.frames
        plain = frames - (session.framesBesidePlainPath ?? frames)
    }

    static func == (a: ReplayText, b: ReplayText) -> Bool { a.text == b.text && a.json == b.json && a.csv == b.csv }

    /// The plain path's report beside the complete engine's.
    static func pair(
        _ path: String, _ tree: MatchTree, completely: Bool = true,
        _ change: (inout ReplaySettings) -> Void = { _ in }
    ) throws -> (plain: ReplayText, complete: ReplayText) {
        var settings = ReplaySettings()
        change(&settings)
        let plain = try ReplayText(path, tree, settings)
        guard completely else { return (plain, plain) }
        settings.usesPlainPath = false
        return (plain, try ReplayText(path, tree, settings))
    }
}

@Suite struct PlainReplayTests {
    private func withTrace<Result>(_ file: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "plain-\(UUID().uuidString).pcap")
        try Data(file).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }

    /// - Parameter share: of the frames, at least how many in a hundred must take the plain path.
    private func compare(
        seed: UInt64, _ tree: MatchTree, _ addresses: [String], _ mix: TraceGenerator.Mix = .init(),
        packets: Int = 1500,
        share: Int, _ change: (inout ReplaySettings) -> Void = { _ in }
    ) throws {
        var generator = TraceGenerator(seed: seed, addresses, mix: mix)
        try generator.write(packets)
        try withTrace(generator.file) { path in
            let (plain, complete) = try ReplayText.pair(path, tree, change)
            #expect(plain.csv == complete.csv, "seed \(seed)")
            #expect(plain == complete, "seed \(seed)")
            for workers in tree.services.entries.isEmpty ? (seed == 1 ? [2, 3, 8] : [2]) : [] {
                let parallel = try ReplayText.pair(path, tree, completely: false) {
                    change(&$0)
                    $0.workers = workers
                }.plain
                #expect(parallel.csv == complete.csv, "seed \(seed), \(workers) workers")
                #expect(parallel == complete, "seed \(seed), \(workers) workers")
                #expect(parallel.plain == plain.plain)
            }
            #expect(plain.plain * 100 >= plain.frames * share, "seed \(seed): \(plain.plain) of \(plain.frames)")
            #expect(complete.plain == 0)
        }
    }

    @Test(arguments: UInt64(1)...12) func randomTracesComeToTheSameReport(seed: UInt64) throws {
        let world = PlainWorld(seed: seed)
        try compare(seed: seed, world.tree, PlainWorld.addresses, share: 45)
        var mix = TraceGenerator.Mix()
        mix.special = 2
        mix.longestPause = 4000
        try compare(seed: seed + 100, world.tree, PlainWorld.addresses, mix, share: 60)
    }

    @Test(arguments: UInt64(1)...6) func nodesThatDiffer(seed: UInt64) throws {
        try compare(seed: seed, PlainWorld(seed: seed, isOdd: true).tree, PlainWorld.addresses, share: 40)
    }

    @Test(arguments: UInt64(1)...8) func servicesShareTheirConnections(seed: UInt64) throws {
        let tree = PlainWorld(seed: seed, hasServices: true).tree
        try compare(seed: seed, tree, PlainWorld.serviceAddresses, share: 20)
    }

    @Test(arguments: UInt64(1)...6) func oneNodeAlone(seed: UInt64) throws {
        let tree = PlainWorld(seed: seed, hasServices: seed % 2 == 0).tree
        try compare(seed: seed, tree, PlainWorld.serviceAddresses, share: 20) {
            $0.judging.node = NodeIndex(Int(seed % 3))
        }
    }

    /// Few connections: the same are forgotten, and denied flows have to go from their cache, too. The last capacity has
    /// 64 shards.
    @Test(arguments: [5, 40, 4096]) func fullTablesForgetTheSame(capacity: Int) throws {
        var mix = TraceGenerator.Mix()
        mix.clientPorts = capacity > 100 ? 20_000 : 40
        mix.longestPause = 2
        for seed in UInt64(1)...3 {
            let tree = PlainWorld(seed: seed).tree
            try compare(
                seed: seed, tree, PlainWorld.addresses, mix, packets: capacity > 100 ? 15_000 : 2000, share: 45
            ) { $0.judging.flowCapacity = capacity }
        }
    }

    /// Workers read ahead of what they judge; a replay that is stopped tells of what was judged alone.
    @Test func stoppedReplaysCountWhatTheyJudged() throws {
        var generator = TraceGenerator(seed: 1, PlainWorld.addresses)
        try generator.write(3000)
        var file = generator.file
        // Several rounds of the same packets, and frames that nobody can decode among them.
        let (header, records) = (Array(file.prefix(24)), Array(file.dropFirst(24)))
        let odd: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 0, 1, 2, 3]
        file = header
        while file.count < 16 << 20 { file += records + odd }
        try withTrace(file) { path in
            var settings = ReplaySettings()
            settings.workers = 2
            var session = try ReplaySession(path: path, tree: PlainWorld(seed: 1).tree, settings: settings)
            let goesOn = session.step(frames: 1)
            #expect(goesOn)
            session.stop()
            let report = session.report()
            #expect(report.capture.frames > 0 && report.capture.frames < file.count / 100)
            #expect(report.verdicts.total + report.copies == report.capture.frames)
        }
    }

    /// A load generator and its server: all connections are in one shard.
    @Test func twoAddressesMayHaveAsManyConnectionsAsPorts() {
        var flows = FlowTable(shardedCapacity: PacketJudge.Options().flowCapacity)
        for port in UInt16(1)...UInt16.max {
            let key = FlowKey.ports(.tcp, from: IPAddress(v4: 0x0a00_0001), port, to: IPAddress(v4: 0x0a00_0002), 80)
            let tracking = flows.begin(key, .tcp(.syn), at: NodeIndex(0), time: 0)
            flows.confirm(tracking, time: 0)
        }
        #expect(flows.count == 65_535)
        #expect(flows.evictions == 0)
    }

    @Test(arguments: [0, 1, 7, 30]) func fullListsKeepWhatCameFirst(limit: Int) throws {
        for seed in UInt64(1)...4 {
            try compare(
                seed: seed, PlainWorld(seed: seed, hasServices: seed > 2).tree, PlainWorld.serviceAddresses, share: 20
            ) { $0.maximumReportedFlows = limit }
        }
    }

    @Test(arguments: [20, 33, 34, 42, 60]) func cutFrames(snapshotLength: Int) throws {
        var mix = TraceGenerator.Mix()
        mix.snapshotLength = snapshotLength
        for seed in UInt64(1)...3 {
            try compare(
                seed: seed, PlainWorld(seed: seed).tree, PlainWorld.addresses, mix,
                share: snapshotLength > 40 ? 45 : 0)
        }
    }

    @Test func timesWithoutMeaning() throws {
        for seed in UInt64(1)...5 {
            try compare(seed: seed, PlainWorld(seed: seed).tree, PlainWorld.addresses, share: 45) {
                $0.judging.timeouts = .none
            }
        }
    }

    /// What only the complete engine can do is done by it.
    @Test func listingsHaveNoPlainPath() throws {
        var generator = TraceGenerator(seed: 1, PlainWorld.addresses)
        try generator.write(500)
        try withTrace(generator.file) { path in
            let tree = PlainWorld(seed: 1).tree
            let (plain, complete) = try ReplayText.pair(path, tree) { $0.listsPackets = true }
            #expect(plain == complete)
            #expect(plain.plain == 0)
        }
    }
}

/// Recorded captures.
@Suite struct PlainCorpusReplayTests {
    @Test(.enabled(if: TraceCorpus.isThere, "\(TraceCorpus.reason)"))
    func corpusTracesComeToTheSameReport() throws {
        var counts = (traces: 0, frames: 0, plain: 0)
        for testCase in try TraceCorpus.cases() {
            let inputs = LoadedInputs.load([testCase.manifests.path], recursive: true, whatIf: true)
            for node in [nil, inputs.tree.topology.node(named: "node1")] {
                let (plain, complete) = try ReplayText.pair(testCase.trace.path, inputs.tree) { $0.judging.node = node }
                #expect(plain == complete, "\(testCase.name)")
                counts.traces += 1
                counts.frames += plain.frames
                counts.plain += plain.plain
            }
        }
        print("compared \(counts.traces) reports of traces, \(counts.frames) frames, \(counts.plain) on the plain path")
        #expect(counts.plain * 10 > counts.frames)
    }

    @Test(.enabled(if: Corpora.captures != nil, "needs the shared captures: set DATAPLANE_PCAPS"))
    func corpusCapturesComeToTheSameReport() throws {
        let folder = try #require(Corpora.captures)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        let tree = ReplayWorld().tree
        let manifests = Corpora.checkout.appending(path: "examples/startupco")
        let inputs = LoadedInputs.load([manifests.path], recursive: true, whatIf: true)
        var counts = (reports: 0, frames: 0, plain: 0)
        for case let file as URL in files where ["pcap", "pcapng", "cap"].contains(file.pathExtension) {
            for tree in [tree, inputs.tree] {
                do throws(any Error) {
                    let (plain, complete) = try ReplayText.pair(file.path, tree)
                    #expect(plain == complete, "\(file.lastPathComponent)")
                    counts.reports += 1
                    counts.frames += plain.frames
                    counts.plain += plain.plain
                } catch is ReplayError {
                    continue
                }
            }
        }
        print(
            "compared \(counts.reports) reports of captures, \(counts.frames) frames, \(counts.plain) on the plain path"
        )
        #expect(counts.reports > 800)
        #expect(counts.plain * 10 > counts.frames)
    }

    @Test(arguments: ["stars", "startupco", "startupco-any"]) func committedCaptures(_ name: String) throws {
        let folder = Corpora.checkout.appending(path: name == "stars" ? "examples/stars" : "examples/startupco")
        let inputs = LoadedInputs.load([folder.path], recursive: true, whatIf: true)
        let (plain, complete) = try ReplayText.pair(
            Corpora.checkout.appending(path: "pcaps/\(name).pcap").path, inputs.tree)
        #expect(plain == complete)
    }
}

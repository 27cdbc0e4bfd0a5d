import Capture
import Classification
import NetTypes
import PacketDecoding

@testable import TraceReplay

/// Feeds frames to an engine, one millisecond apart.
struct FrameFeed {
    private(set) var engine: ReplayEngine
    private(set) var rows: [PacketRow] = []
    private var number = 0

    init(
        _ tree: MatchTree, preview: MatchTree? = nil, _ layer: LinkLayer, waitingRows: Int = 1000,
        settings: ReplaySettings = ReplaySettings()
    ) {
        var settings = settings
        settings.listsPackets = true
        settings.maximumWaitingRows = waitingRows
        engine = ReplayEngine(tree, preview: preview, linkLayer: layer, settings: settings)
    }

    /// - Parameter seconds: the capture's clock; `nil`: one millisecond after the frame before.
    mutating func send(_ bytes: [UInt8], originalLength: Int? = nil, at seconds: Int? = nil) {
        number += 1
        let frame = CapturedFrame(
            number: number, timestamp: seconds.map { Int64($0) * 1_000_000_000 } ?? Int64(number) * 1_000_000,
            capturedLength: bytes.count,
            originalLength: originalLength ?? bytes.count)
        engine.take(frame, bytes.span)
        rows += engine.takeRows()
    }

    mutating func finish() {
        engine.finish()
        rows += engine.takeRows()
    }

    func report(_ tree: MatchTree, preview: MatchTree? = nil) -> ReplayReport {
        ReplayReport(
            engine.tally, tree, preview: preview,
            capture: ReplayReport.CaptureSummary(
                path: "trace.pcap", linkType: "RAW", frames: number, framesFiltered: 0, end: .capture(.complete)),
            losses: engine.losses)
    }
}

enum FrameBuilder {
    /// A Linux cooked header of version 2 before an IP packet.
    static func cooked(_ packet: [UInt8], interface: UInt8, _ type: CookedPacketType) -> [UInt8] {
        let protocolNumber: [UInt8] = packet.first.map { $0 >> 4 } == 6 ? [0x86, 0xdd] : [0x08, 0x00]
        return protocolNumber + [0, 0, 0, 0, 0, interface, 0, 1, UInt8(type.rawValue), 6]
            + [0, 0, 0, 0, 0, 0, 0, 0] + packet
    }

    static func tcp(
        _ key: FlowKey, _ flags: TCPFlags = .syn, identification: UInt16 = 1, timeToLive: UInt8 = 64
    ) throws -> [UInt8] {
        var options = PacketOptions()
        options.tcpFlags = flags
        options.identification = identification
        options.timeToLive = timeToLive
        return try PacketEncoding.packet(key, options)
    }

    static func udp(_ key: FlowKey, bytes: Int, identification: UInt16) throws -> [UInt8] {
        var key = key
        key.proto = .udp
        var options = PacketOptions()
        options.identification = identification
        options.payload = Array(repeating: 7, count: bytes)
        return try PacketEncoding.packet(key, options)
    }
}

import Capture
import Diagnostics
import PacketDecoding

/// `dataplane packets`: the decoded headers of every frame.
func runPackets(_ options: PacketsOptions, _ console: Console) -> ExitStatus {
    do throws(CaptureError) {
        var capture = try CaptureReader(path: options.trace)
        guard let layer = LinkLayer(dataLinkType: capture.linkType.number) else {
            console.report([
                Diagnostic(
                    .error, "capture", at: nil,
                    "\(options.trace): link type \(capture.linkType) (\(capture.linkType.summary)) is not supported")
            ])
            return .badInput
        }
        list(&capture, FrameDecoder(layer), console)
        report(capture.end, options, console)
        return .success
    } catch {
        console.report([Diagnostic(.error, "capture", at: nil, "\(error.path): \(error)", hint: error.hint)])
        return .badInput
    }
}

private func list(_ capture: inout CaptureReader, _ decoder: FrameDecoder, _ console: Console) {
    console.writeLine(PacketTable.headerLine)
    Interruption.watch()
    while !Interruption.wantsStop, console.canWrite {
        let line = capture.nextFrame { frame, bytes in
            let place = PacketTable.Frame(
                number: frame.number, timestamp: frame.timestamp, capturedLength: frame.capturedLength,
                originalLength: frame.originalLength)
            let decoded = Result { () throws(DecodeError) in
                try decoder.decode(bytes, originalLength: frame.originalLength)
            }
            return PacketTable.line(place, decoded)
        }
        guard let line else { return }
        console.writeLine(line)
    }
}

private func report(_ end: CaptureEnd?, _ options: PacketsOptions, _ console: Console) {
    guard let message = end?.message else { return }
    console.report([
        Diagnostic(
            .warning, "capture-end", at: nil, "\(options.trace): \(message): the frames before it are listed",
            hint: end?.hint)
    ])
}

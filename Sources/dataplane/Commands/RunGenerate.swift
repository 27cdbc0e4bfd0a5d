import ClusterGeneration
import Diagnostics

/// `dataplane generate`: manifests and a capture, both written as they are made.
func runGenerate(_ options: GenerateOptions, _ console: Console) -> ExitStatus {
    do throws(SystemError) {
        try SystemCalls.makeDirectory(options.directory, mayExist: true)
        try SystemCalls.makeDirectory(options.manifests, mayExist: false)
        try writeManifests(options, console)
        if let traffic = options.traffic { try writeTrace(traffic, options, console) }
        return .success
    } catch {
        console.report(error)
        return .environment
    }
}

private let objectsPerFile = 1000

private func writeManifests(_ options: GenerateOptions, _ console: Console) throws(SystemError) {
    var written = 0
    var files = 0
    for (name, stream) in options.streams {
        var stream = stream
        let path = "\(options.manifests)/\(name).\(options.format.rawValue)"
        written += try write(path) { buffer in stream.append(to: &buffer) }
        files += 1
    }
    let parts = ManifestStream.Part.allCases.map { part in
        "\(ManifestStream.count(part, in: options.cluster)) \(part.rawValue)"
    }
    console.writeLine("\(options.manifests): \(files) files, \(written) bytes: \(parts.joined(separator: ", "))")
}

private func writeTrace(
    _ traffic: TrafficPlan, _ options: GenerateOptions, _ console: Console
) throws(SystemError) {
    let path = "\(options.directory)/trace.pcap"
    var stream = TrafficStream(options.cluster, traffic)
    console.startProgress("generate", total: UInt64(traffic.packets))
    let written = try write(path) { buffer in
        console.advanceProgress(to: UInt64(stream.packetsWritten), note: "packets")
        return stream.append(to: &buffer)
    }
    console.endProgress()
    let flows = traffic.pattern == .random ? "" : " of \(traffic.flows) flows"
    console.writeLine("\(path): \(written) bytes: \(traffic.packets) packets\(flows), \(traffic.pattern.rawValue)")
}

/// Writes what `fill` appends until it has nothing more; returns the number of bytes.
private func write(_ path: String, _ fill: (inout [UInt8]) -> Bool) throws(SystemError) -> Int {
    let operation = "write \(path)"
    let descriptor = try SystemCalls.create(path)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(1 << 21)
    var written = 0
    do throws(SystemError) {
        while fill(&buffer) {
            guard buffer.count >= 1 << 20 else { continue }
            try SystemCalls.write(buffer, to: descriptor, operation: operation)
            written += buffer.count
            buffer.removeAll(keepingCapacity: true)
        }
        try SystemCalls.write(buffer, to: descriptor, operation: operation)
    } catch {
        try SystemCalls.close(descriptor, operation: operation)
        throw error
    }
    try SystemCalls.close(descriptor, operation: operation)
    return written + buffer.count
}

extension GenerateOptions {
    fileprivate var manifests: String { "\(directory)/manifests" }

    /// File names without extension, each with its content.
    fileprivate var streams: [(name: String, stream: ManifestStream)] {
        guard files == .many else { return [("cluster", ManifestStream(cluster, format: format))] }
        return ManifestStream.Part.allCases.flatMap { part in
            let count = ManifestStream.count(part, in: cluster)
            return stride(from: 0, to: count, by: objectsPerFile).map { first in
                let objects = first..<min(count, first + objectsPerFile)
                let number = String(first / objectsPerFile)
                let name = "\(part.rawValue)-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
                return (name, ManifestStream(cluster, format: format, part: part, objects: objects))
            }
        }
    }
}

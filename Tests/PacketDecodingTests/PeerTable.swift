import Foundation

/// The peer decoder's table of one capture: `NAME.tuples.csv.gz`, unpacked by gzip.
struct PeerTable {
    /// Each row by column name.
    let rows: [[String: String]]

    struct Failure: Error {
        var message: String
    }

    init(of capture: URL) throws {
        let table = capture.appendingPathExtension("tuples.csv.gz")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", table.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: "gzip cannot read \(table.path)") }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let header = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) else {
            throw Failure(message: "\(table.path) is empty")
        }
        rows = lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(header, cells))
        }
    }
}

/// Every capture of one folder that has a table, in the order of their names.
func captureFiles(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { !$0.lastPathComponent.hasSuffix(".csv.gz") }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
}

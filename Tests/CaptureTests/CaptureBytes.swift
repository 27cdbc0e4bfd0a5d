import Foundation

/// Writes capture files of the classic format, byte by byte.
struct CaptureBytes {
    var bytes: [UInt8] = []
    var bigEndian = false

    /// A file header; magic `0xa1b2c3d4` counts microseconds, `0xa1b23c4d` nanoseconds.
    init(
        magic: UInt32 = 0xa1b2_c3d4, linkType: UInt32 = 1, snapshotLength: UInt32 = 65535, bigEndian: Bool = false,
        major: UInt16 = 2
    ) {
        self.bigEndian = bigEndian
        add(magic)
        add(major)
        add(UInt16(4))
        add(UInt32(0))
        add(UInt32(0))
        add(snapshotLength)
        add(linkType)
    }

    mutating func add(_ value: some FixedWidthInteger) {
        let count = value.bitWidth / 8
        let littleEndian = (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        bytes += bigEndian ? littleEndian.reversed() : littleEndian
    }

    /// A record of `data`; `length` is the length on the wire.
    mutating func addFrame(_ data: [UInt8], seconds: UInt32 = 0, fraction: UInt32 = 0, length: UInt32? = nil) {
        add(seconds)
        add(fraction)
        add(UInt32(data.count))
        add(length ?? UInt32(data.count))
        bytes += data
    }

    /// Calls `body` with the path of a file of these bytes, which is gone afterwards.
    static func withFile<Result>(of bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString).pcap")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }
}

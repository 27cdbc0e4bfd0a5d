/// Why a capture could not be opened. Nothing was read then.
public struct CaptureError: Error, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        case missing
        case notPermitted
        case isDirectory
        /// Not a single byte.
        case empty
        /// Fewer bytes than a file header.
        case headerCut
        /// Compressed by the named format, which libpcap does not undo.
        case compressed(Compression)
        /// Neither pcap nor pcapng, or a version of theirs that libpcap does not know.
        case notACapture
        /// The BPF expression does not compile.
        case filter
        /// Any other failure of the operating system.
        case system
    }

    /// A compression format that is recognized by its magic bytes.
    public enum Compression: String, Hashable, Sendable {
        case gzip
        case zstd
        case xz

        /// The command that writes the plain file to its standard output.
        public var decompressor: String {
            switch self {
            case .gzip: "gzip -dc"
            case .zstd: "zstd -dc"
            case .xz: "xz -dc"
            }
        }

        init?(magic: [UInt8]) {
            switch magic.prefix(4) {
            case [0x28, 0xb5, 0x2f, 0xfd]: self = .zstd
            case [0xfd, 0x37, 0x7a, 0x58]: self = .xz
            case let start where start.prefix(2) == [0x1f, 0x8b]: self = .gzip
            default: return nil
            }
        }
    }

    public var code: Code
    /// The path as given; `-` for standard input.
    public var path: String
    /// The library's or the system's own words.
    public var detail: String
}

extension CaptureError: CustomStringConvertible {
    /// One sentence for the user, without the path.
    public var description: String {
        switch code {
        case .missing: "no such file"
        case .notPermitted: "no permission to read it"
        case .isDirectory: "is a directory, not a capture file"
        case .empty: "is empty, not even a capture's file header is there"
        case .headerCut: "ends within the capture's file header (\(detail))"
        case .compressed(let format): "is compressed with \(format.rawValue), which is not read directly"
        case .notACapture: "is not a pcap or pcapng capture (\(detail))"
        case .filter: "the filter expression is not understood: \(detail)"
        case .system: detail
        }
    }

    /// What to do about it, where there is something.
    public var hint: String? {
        switch code {
        case .compressed(let format): "\(format.decompressor) \(path) | … -"
        case .filter: "see pcap-filter(7)"
        default: nil
        }
    }
}

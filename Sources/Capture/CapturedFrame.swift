/// What a capture says about one frame besides its bytes.
public struct CapturedFrame: Hashable, Sendable {
    /// Position in the file, from 1. Frames that a filter rejects are counted, so that the number is the one that
    /// tcpdump and Wireshark show for the unfiltered file.
    public var number: Int
    /// Nanoseconds since 1970-01-01 UTC, whatever the file's own resolution. Clamped to the range of `Int64` (years
    /// 1677 to 2262), which only a forged pcapng file leaves.
    public var timestamp: Int64
    /// Bytes of the frame that are in the file.
    public var capturedLength: Int
    /// Bytes of the frame on the wire. More than `capturedLength` when the snapshot length cut it; less only in a
    /// forged file.
    public var originalLength: Int

    public init(number: Int, timestamp: Int64, capturedLength: Int, originalLength: Int) {
        self.number = number
        self.timestamp = timestamp
        self.capturedLength = capturedLength
        self.originalLength = originalLength
    }

    public init(_ frame: TraceChunk.Frame) {
        self.init(
            number: frame.number, timestamp: frame.timestamp, capturedLength: Int(frame.capturedLength),
            originalLength: Int(frame.originalLength))
    }
}

/// How a capture ended. The texts are libpcap's.
public enum CaptureEnd: Hashable, Sendable {
    /// At the end of the file, behind a complete frame.
    case complete
    /// In the middle of a record: every complete frame before it was delivered.
    case truncated(String)
    /// At a pcapng interface whose link type or snapshot length is not the first one's, which libpcap does not read:
    /// the frames before it were delivered.
    case mixedInterfaces(String)
    /// At something else that libpcap can't read on from, such as an impossible length: the frames before it were
    /// delivered.
    case damaged(String)

    /// `message` as `pcap_geterr` gives it.
    init(errorMessage message: String) {
        if message.contains("truncated") {
            self = .truncated(message)
        } else if message.contains("of the first interface") {
            self = .mixedInterfaces(message)
        } else {
            self = .damaged(message)
        }
    }

    /// libpcap's text; `nil` for a complete file.
    public var message: String? {
        switch self {
        case .complete: nil
        case .truncated(let message), .mixedInterfaces(let message), .damaged(let message): message
        }
    }

    /// What to do about it, where there is something.
    public var hint: String? {
        switch self {
        case .mixedInterfaces:
            "write one file per interface, for example: tshark -r FILE -Y 'frame.interface_id == 0' -w PART.pcapng"
        case .complete, .truncated, .damaged: nil
        }
    }
}

/// How far the reader is in its file.
public struct CaptureProgress: Hashable, Sendable {
    public var bytesRead: Int
    public var totalBytes: Int

    public init(bytesRead: Int, totalBytes: Int) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
    }
}

/// The framing of a whole capture: libpcap's DLT number and name.
public struct CaptureLinkType: Hashable, Sendable, CustomStringConvertible {
    /// `pcap_datalink`; raw IP files (LINKTYPE 101) report 12.
    public var number: Int32
    /// `EN10MB`, `LINUX_SLL2`, …; `DLT_n` for a number that libpcap knows no name for.
    public var name: String
    /// libpcap's sentence, such as `Ethernet`; the name again where it has none.
    public var summary: String

    public var description: String { "\(name) (\(number))" }
}

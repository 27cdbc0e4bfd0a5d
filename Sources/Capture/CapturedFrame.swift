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
}

/// How a capture ended.
public enum CaptureEnd: Hashable, Sendable {
    /// At the end of the file, behind a complete frame.
    case complete
    /// In the middle of a record: every complete frame before it was delivered. The text is libpcap's.
    case truncated(String)
    /// At something that libpcap can't read on from (a corrupt record, a pcapng interface of another link type): the
    /// frames before it were delivered. The text is libpcap's.
    case damaged(String)
}

/// How far the reader is in its file.
public struct CaptureProgress: Hashable, Sendable {
    public var bytesRead: Int
    public var totalBytes: Int
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

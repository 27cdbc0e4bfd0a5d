import NetTypes

/// What becomes of one packet at defragmentation.
public enum FragmentOutcome: Hashable, Sendable {
    /// No fragment: judge it as it is.
    case notFragment
    /// A fragment that the kernel lets go on by itself (IPv6 only: broken off headers, impossible offsets, jumbo
    /// payloads). Judge it as it is; connection tracking mostly finds it invalid.
    case passedAlone
    /// Kept until the rest comes, or dropped: the frame is named by a later `.complete` or by one of the
    /// `IncompleteDatagram`s, and by exactly one of them.
    case held
    /// The datagram is whole with this fragment.
    case complete(ReassembledDatagram)
}

/// A datagram put together from its fragments.
public struct ReassembledDatagram: Hashable, Sendable {
    /// Decoded over the whole datagram. Offsets count from the first byte of `bytes`; link facts are those of the
    /// first fragment.
    public var packet: DecodedPacket
    /// The raw IP packet: lengths mended, fragment fields cleared, no link-layer header. Where the snapshot length cut a
    /// fragment, it ends there, and `packet` knows as of any cut packet that more bytes belong to it.
    public var bytes: [UInt8]
    /// The frames whose bytes it consists of, in the order of arrival.
    public var frames: [Int]
    /// Frames that repeated bytes already there; the kernel dropped them.
    public var duplicates: [Int]
}

/// Fragments that never became a datagram: nobody judged them.
public struct IncompleteDatagram: Hashable, Sendable {
    public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
        /// The rest did not come in time (30 s for IPv4, 60 s for IPv6, from the first fragment to arrive).
        case timeout
        /// The capture ended first.
        case endOfCapture
        /// A fragment overlapped others in part; the kernel drops all of them.
        case overlap
        /// Two fragments disagree about the datagram's end.
        case conflictingEnd
        /// A fragment without data.
        case empty
        /// Longer than 65,535 bytes as a whole.
        case tooLong
        /// Congestion marks that exclude each other (`ip_frag_ecn_table`).
        case congestionMarks
        /// More than 64 other fragments of the same source came in between (`net.ipv4.ipfrag_max_dist`).
        case disorder
        /// An IPv6 fragment other than the last whose length is no multiple of 8.
        case misaligned
        /// Given up to keep within `Defragmenter.Limits`.
        case evicted

        /// Stable, for counters and reports.
        public var word: String {
            switch self {
            case .timeout: "fragment-timeout"
            case .endOfCapture: "fragments-missing"
            case .overlap: "fragment-overlap"
            case .conflictingEnd: "fragment-conflicting-end"
            case .empty: "fragment-empty"
            case .tooLong: "fragments-too-long"
            case .congestionMarks: "fragment-congestion-marks"
            case .disorder: "fragment-disorder"
            case .misaligned: "fragment-misaligned"
            case .evicted: "fragments-evicted"
            }
        }
    }

    public var reason: Reason
    /// In the order of arrival, repeated ones included.
    public var frames: [Int]

    public init(reason: Reason, frames: [Int]) {
        self.reason = reason
        self.frames = frames
    }
}

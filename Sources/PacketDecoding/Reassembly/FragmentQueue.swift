/// The fragments of one datagram while it is incomplete, with the rules of the kernel's `inet_frag_queue_insert`.
struct FragmentQueue {
    /// What the queue costs in the account of `Defragmenter.Limits`, and each fragment besides its bytes.
    static let overhead = 256
    static let fragmentOverhead = 64

    enum Insertion {
        case inserted
        /// All of it lies within bytes that came in one run.
        case duplicate
        case overlap
    }

    /// Consecutive fragments that arrived in order, as one range of datagram bytes.
    private struct Run {
        var start: Int
        var end: Int
    }

    private struct Piece {
        var start: Int
        /// As claimed; `bytes` has fewer when the snapshot length cut the frame.
        var end: Int
        var bytes: [UInt8]
    }

    /// Tells queues of the same key apart that follow each other.
    let serial: Int
    /// Timestamp of the first fragment to arrive, nanoseconds.
    let createdAt: Int64
    /// The source's fragment counter when the last fragment came.
    var sourceCount: Int
    /// End of the datagram as known so far; final once `hasLast`.
    private(set) var end = 0
    private(set) var hasLast = false
    /// The fragment at offset 0, once it is there.
    private(set) var first: DecodedPacket?
    /// Bytes of that packet before the fragmented part.
    private(set) var head: [UInt8] = []
    private(set) var frames: [Int] = []
    private(set) var duplicates: [Int] = []
    private(set) var cost = FragmentQueue.overhead

    private var runs: [Run] = []
    private var pieces: [Piece] = []
    private var received = 0
    /// Which of the four codepoints occurred, as bits.
    private var congestionMarks: UInt8 = 0

    init(serial: Int, createdAt: Int64, sourceCount: Int) {
        self.serial = serial
        self.createdAt = createdAt
        self.sourceCount = sourceCount
    }

    var isComplete: Bool { first != nil && hasLast && received == end }

    /// Not-ECT beside any other codepoint.
    var hasImpossibleMarks: Bool { congestionMarks & 1 == 1 && congestionMarks != 1 }

    /// Bits to add to the traffic class: "congestion experienced" on any fragment counts for all.
    var addedMark: UInt8 { congestionMarks & 0b1000 != 0 ? 3 : 0 }

    var allFrames: [Int] { (frames + duplicates).sorted() }

    /// Notes where a fragment ends; false when that contradicts what is known.
    mutating func noteEnd(_ newEnd: Int, isLast: Bool) -> Bool {
        if isLast {
            guard newEnd >= end, !hasLast || newEnd == end else { return false }
            hasLast = true
            end = newEnd
        } else if newEnd > end {
            guard !hasLast else { return false }
            end = newEnd
        }
        return true
    }

    mutating func insert(
        _ range: Range<Int>, _ bytes: [UInt8], head: [UInt8], of packet: DecodedPacket, frame: Int
    ) -> Insertion {
        let insertion = place(range)
        switch insertion {
        case .overlap: break
        case .duplicate:
            note(duplicate: frame)
        case .inserted:
            frames.append(frame)
            pieces.append(Piece(start: range.lowerBound, end: range.upperBound, bytes: bytes))
            received += range.count
            congestionMarks |= 1 << (packet.network.trafficClass & 3)
            cost += bytes.count + FragmentQueue.fragmentOverhead
            if range.lowerBound == 0 {
                first = packet
                self.head = head
                cost += head.count
            }
        }
        return insertion
    }

    /// Counts a frame that adds nothing.
    mutating func note(duplicate frame: Int) {
        duplicates.append(frame)
        cost += FragmentQueue.fragmentOverhead
    }

    /// The datagram's bytes from 0 on, up to the first one that the capture lacks.
    func capturedPayload() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(end)
        for piece in pieces.sorted(by: { $0.start < $1.start }) {
            result += piece.bytes
            if piece.bytes.count < piece.end - piece.start { break }
        }
        return result
    }

    /// Behind the last run: extends it or starts one. Otherwise a fragment within one run repeats it, one between runs
    /// starts its own, and anything else overlaps. Neighbouring runs stay apart, as in the kernel, so that a repeat
    /// that spans two of them counts as overlap.
    private mutating func place(_ range: Range<Int>) -> Insertion {
        guard let last = runs.last else {
            runs.append(Run(start: range.lowerBound, end: range.upperBound))
            return .inserted
        }
        if last.end < range.upperBound {
            guard range.lowerBound >= last.end else { return .overlap }
            if range.lowerBound == last.end {
                runs[runs.count - 1].end = range.upperBound
            } else {
                runs.append(Run(start: range.lowerBound, end: range.upperBound))
            }
            return .inserted
        }
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            let run = runs[middle]
            if range.upperBound <= run.start {
                high = middle
            } else if range.lowerBound >= run.end {
                low = middle + 1
            } else {
                let isWithin = range.lowerBound >= run.start && range.upperBound <= run.end
                return isWithin ? .duplicate : .overlap
            }
        }
        runs.insert(Run(start: range.lowerBound, end: range.upperBound), at: low)
        return .inserted
    }
}

/// Puts rows back into the order of the capture: a fragment's row waits for its datagram, and later rows behind it.
struct RowQueue: Sendable {
    private struct Place {
        var frame: Int
        var row: PacketRow?
    }

    private let limit: Int
    private var places: [Place] = []
    /// Places before it are given out already.
    private var head = 0
    private var ready: [PacketRow] = []
    /// Rows given out undecided because too many waited behind them.
    private(set) var releasedEarly = 0

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    private var waiting: Int { places.count - head }

    /// A frame whose row comes later, by `settle`. Frames are announced in ascending order.
    mutating func announce(_ frame: Int) {
        places.append(Place(frame: frame, row: nil))
        if waiting > limit { releaseOldest() }
    }

    /// The row of an announced frame; forgotten if it was released early.
    mutating func settle(_ row: PacketRow) {
        if waiting == 1, places[head].frame == row.frame {
            ready.append(row)
            removeAll()
            return
        }
        guard let index = place(of: row.frame) else { return }
        places[index].row = row
        giveOut()
    }

    /// The rows that are next in order.
    mutating func take() -> [PacketRow] {
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    private func place(of frame: Int) -> Int? {
        var low = head
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle].frame < frame { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low].frame == frame ? low : nil
    }

    private mutating func giveOut() {
        while head < places.count, let row = places[head].row {
            ready.append(row)
            head += 1
        }
        if head == places.count {
            removeAll()
        } else if head > 4096, head * 2 > places.count {
            places.removeFirst(head)
            head = 0
        }
    }

    private mutating func releaseOldest() {
        let frame = places[head].frame
        places[head].row = PacketRow(frame: frame, outcome: .undecided(.waitingTooLong), key: nil)
        releasedEarly += 1
        giveOut()
    }

    private mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        head = 0
    }
}

import NetTypes

/// What one node has learned: an address of a name.
struct DomainKey: Hashable, Sendable {
    var name: String
    var address: IPAddress
}

/// Learned addresses in the order in which they lapse: a binary heap, the earliest first. O(log n) each way.
///
/// An entry is never changed; what was prolonged stands in it twice, and whoever takes it out compares.
struct ExpiryQueue: Sendable {
    struct Entry: Sendable {
        /// Nanoseconds of the capture's clock.
        var time: Int64
        var key: DomainKey
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }
    var count: Int { heap.count }

    mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].time < heap[(child - 1) / 2].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> Entry? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(least, parent)
            parent = least
        }
    }

    /// Keeps what `isCurrent` says.
    mutating func compact(_ isCurrent: (Entry) -> Bool) {
        let kept = heap.filter(isCurrent)
        heap = []
        for entry in kept { insert(entry) }
    }
}

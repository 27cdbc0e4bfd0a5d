import NetTypes

/// Fragment queues in the order of their creation, for time-outs and evictions. An entry outlives its queue: whoever
/// takes one checks by the serial number that the queue is still the same.
struct AgeList {
    struct Entry {
        var key: Defragmenter.Key
        var serial: Int
        var createdAt: Int64
    }

    private var entries: [Entry] = []
    /// Entries before it are taken already; removing each by itself would move all the others.
    private var head = 0

    var count: Int { entries.count - head }
    var oldest: Entry? { head < entries.count ? entries[head] : nil }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
    }

    mutating func removeOldest() {
        head += 1
        if head > 1024, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll(where isStale: (Entry) -> Bool) {
        entries = entries[head...].filter { !isStale($0) }
        head = 0
    }
}

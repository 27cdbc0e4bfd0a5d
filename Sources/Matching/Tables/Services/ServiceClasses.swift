import NetTypes

/// Services that no rule tells apart, as one class: classes count from 1; 0 stands for "every other" in a row.
///
/// ```
/// pageOf[service >> 8] ─▶ pages[page << 8 | service & 255] ─▶ class        65,537 pages, equal ones shared
/// ```
/// Cost: the ranges of all sets, and the classes of each set.
struct ServiceClasses: Sendable {
    /// A service without a class: the tables don't answer for it.
    static let none: UInt16 = .max
    /// More classes than this are not made; services beyond have none.
    static let limit = 16_384

    /// The last page, for unreadable packets, has `none` throughout.
    private(set) var pageOf: [UInt32] = []
    private(set) var pages: [UInt16] = []
    /// One more than the greatest class.
    private(set) var count = 1
    /// Per set the classes that it consists of, ascending.
    private(set) var classesOfSet: [[UInt16]]

    /// The class of one service.
    subscript(service: UInt32) -> UInt16 {
        let page = min(Int(service >> 8), pageOf.count - 1)
        return pages[Int(pageOf[page]) << 8 | Int(service & 255)]
    }

    init(_ sets: [ServiceSet]) {
        classesOfSet = Array(repeating: [], count: sets.count)
        var writer = PageWriter()
        var classes: [UInt128: UInt16] = [:]
        var labels = LabelSource()
        let labelOfSet = sets.map { _ in labels.next() }
        var active: Set<Int> = []
        var label: UInt128 = 0
        var position: UInt32 = 0
        for event in ServiceClasses.events(sets) {
            if event.position > position {
                writer.append(number(label, active, &classes), until: event.position)
                position = event.position
            }
            label ^= labelOfSet[event.set]
            if active.remove(event.set) == nil { active.insert(event.set) }
        }
        if position < ServiceNumber.count {
            writer.append(number(label, active, &classes), until: ServiceNumber.count)
        }
        (pageOf, pages) = writer.finished()
        for index in classesOfSet.indices { classesOfSet[index].sort() }
    }

    private mutating func number(_ label: UInt128, _ active: Set<Int>, _ classes: inout [UInt128: UInt16]) -> UInt16 {
        if let known = classes[label] { return known }
        guard count < ServiceClasses.limit else { return ServiceClasses.none }
        let new = UInt16(count)
        count += 1
        classes[label] = new
        for set in active { classesOfSet[set].append(new) }
        return new
    }

    private struct Event {
        var position: UInt32
        var set: Int
    }

    private static func events(_ sets: [ServiceSet]) -> [Event] {
        var events: [Event] = []
        for (index, set) in sets.enumerated() {
            for range in set.ranges {
                events.append(Event(position: range.first, set: index))
                events.append(Event(position: range.last + 1, set: index))
            }
        }
        return events.sorted { $0.position < $1.position }
    }
}

/// Writes the classes of ascending services as pages of 256, equal ones once.
private struct PageWriter {
    private var pageOf: [UInt32] = []
    private var pages: [UInt16] = []
    private var known: [[UInt16]: UInt32] = [:]
    private var uniform: [UInt16: UInt32] = [:]
    private var page: [UInt16] = []
    private var position: UInt32 = 0

    /// All services from the last end on have this class.
    mutating func append(_ number: UInt16, until end: UInt32) {
        while position < end {
            if page.isEmpty, end - position >= 256 {
                pageOf.append(uniformPage(number))
                position += 256
                continue
            }
            let count = min(256 - UInt32(page.count), end - position)
            page += repeatElement(number, count: Int(count))
            position += count
            if page.count == 256 {
                pageOf.append(intern(page))
                page.removeAll(keepingCapacity: true)
            }
        }
    }

    mutating func finished() -> (pageOf: [UInt32], pages: [UInt16]) {
        pageOf.append(uniformPage(ServiceClasses.none))
        return (pageOf, pages)
    }

    private mutating func uniformPage(_ number: UInt16) -> UInt32 {
        if let page = uniform[number] { return page }
        let page = intern(Array(repeating: number, count: 256))
        uniform[number] = page
        return page
    }

    private mutating func intern(_ page: [UInt16]) -> UInt32 {
        if let index = known[page] { return index }
        let index = UInt32(pages.count >> 8)
        known[page] = index
        pages += page
        return index
    }
}

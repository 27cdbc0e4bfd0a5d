/// IPv6 address to number of its record.
///
/// ```
/// slots[hash & mask …] ─▶ number, keys[number]: addresses with a record of their own, open addressing, half full
/// starts, numbers: every other address by binary search
/// ```
struct AddressIndex6: Sendable {
    private(set) var records: [AddressRecord] = []
    private let keys: [UInt128]
    private var slots: [UInt32]
    /// Where stretches of addresses with one record begin; the first at 0.
    private var starts: [UInt128] = []
    private var numbers: [UInt32] = []

    private static let free = UInt32.max

    /// As of `AddressIndex4`.
    init(
        singles: [(address: UInt128, record: AddressRecord)],
        regions: [(first: UInt128, length: UInt8, record: AddressRecord)]
    ) {
        keys = singles.map(\.address)
        var size = 2
        while size < keys.count * 2 { size *= 2 }
        slots = Array(repeating: AddressIndex6.free, count: size)
        var shared = SharedRecords()
        var open: [(last: UInt128, number: UInt32)] = []
        for region in regions {
            while let inner = open.last, inner.last < region.first { close(&open, inner.last) }
            let number = shared.number(of: region.record)
            begin(region.first, number)
            let hosts = region.length == 0 ? UInt128.max : (UInt128(1) << UInt128(128 - Int(region.length))) - 1
            open.append((region.first | hosts, number))
        }
        while let inner = open.last { close(&open, inner.last) }
        records = singles.map(\.record) + shared.records
        for index in numbers.indices { numbers[index] += UInt32(keys.count) }
        for (number, key) in keys.enumerated() { slots[slot(of: key)] = UInt32(number) }
    }

    func number(of address: UInt128) -> Int {
        let own = slots[slot(of: address)]
        if own != AddressIndex6.free { return Int(own) }
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= address { low = middle } else { high = middle }
        }
        return Int(numbers[low])
    }

    /// The slot that holds a key, or the free one where it would be.
    private func slot(of key: UInt128) -> Int {
        let mask = slots.count - 1
        let hash = mixed(UInt64(truncatingIfNeeded: key) ^ mixed(UInt64(truncatingIfNeeded: key >> 64)))
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != AddressIndex6.free, keys[Int(slots[slot])] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func begin(_ first: UInt128, _ number: UInt32) {
        if starts.last == first {
            numbers[numbers.count - 1] = number
        } else if numbers.last != number {
            starts.append(first)
            numbers.append(number)
        }
    }

    /// The innermost block ends; the one around it goes on.
    private mutating func close(_ open: inout [(last: UInt128, number: UInt32)], _ last: UInt128) {
        open.removeLast()
        if let outer = open.last, last < .max, last < outer.last { begin(last + 1, outer.number) }
    }
}

/// A place of its own for each of many keys, two numbers each: hash, displace, and no probing.
///
/// ```
/// group = (a * groupA + b * groupB) >> groupShift
/// place = ((a * slotA + b * slotB) ^ displacements[group]) * spread     32 bits, scaled to 0 ..< slotCount
/// ```
/// A key that is not among those it was made for gets some place, too: what stands there must tell. Groups hold about
/// four keys; each group's displacement is the first that puts all of its keys on free places, large groups first.
/// At most 7 of 8 places are taken. Built in expected linear time.
struct PerfectHash: Sendable {
    struct Constants: Sendable {
        var groupA: UInt32
        var groupB: UInt32
        var slotA: UInt32
        var slotB: UInt32
        var spread: UInt32
    }

    private(set) var constants: Constants
    private(set) var groupShift: UInt32
    private(set) var slotCount: Int
    private(set) var displacements: [UInt16]

    /// `nil` when no displacements were found: keys that repeat, or more than 2^31.
    ///
    /// - Parameter b: empty: the second number is 0 throughout.
    init?(_ a: [UInt32], _ b: [UInt32]) {
        guard a.count < 1 << 31, b.isEmpty || b.count == a.count else { return nil }
        var groupBits: UInt32 = 1
        while a.count >> Int(groupBits) > 3 { groupBits += 1 }
        groupShift = 32 - groupBits
        displacements = []
        // The first constants do for all but adverse keys; of those, each further attempt has new ones.
        var numbers = SplitMix(state: 0x6a09_e667_f3bc_c908)
        constants = PerfectHash.constants(&numbers)
        slotCount = 2
        for attempt in 0..<8 {
            if attempt == 2 { numbers = SplitMix(state: .random(in: .min ... .max)) }
            slotCount = max(2, a.count + a.count / (attempt < 4 ? 7 : 1) + 1)
            constants = PerfectHash.constants(&numbers)
            if let found = displace(a, b, groupCount: 1 << Int(groupBits)) {
                displacements = found
                return
            }
        }
        return nil
    }

    func slot(_ a: UInt32, _ b: UInt32) -> Int {
        place(secondHash(a, b), displacements[group(a, b)])
    }

    private func group(_ a: UInt32, _ b: UInt32) -> Int {
        Int((a &* constants.groupA &+ b &* constants.groupB) >> groupShift)
    }

    private func secondHash(_ a: UInt32, _ b: UInt32) -> UInt32 { a &* constants.slotA &+ b &* constants.slotB }

    private func place(_ hash: UInt32, _ displacement: UInt16) -> Int {
        let spread = (hash ^ UInt32(displacement)) &* constants.spread
        return Int((UInt64(spread) * UInt64(slotCount)) >> 32)
    }

    private static func constants(_ numbers: inout SplitMix) -> Constants {
        func odd() -> UInt32 { UInt32(truncatingIfNeeded: numbers.next() >> 16) | 1 }
        return Constants(groupA: odd(), groupB: odd(), slotA: odd(), slotB: odd(), spread: odd())
    }

    private func displace(_ a: [UInt32], _ b: [UInt32], groupCount: Int) -> [UInt16]? {
        // The keys' second hashes, group after group.
        var starts = [Int](repeating: 0, count: groupCount + 1)
        let groups = a.indices.map { UInt32(group(a[$0], b.isEmpty ? 0 : b[$0])) }
        for group in groups { starts[Int(group) + 1] += 1 }
        for group in 0..<groupCount { starts[group + 1] += starts[group] }
        var hashes = [UInt32](repeating: 0, count: a.count)
        var next = starts
        for (index, group) in groups.enumerated() {
            hashes[next[Int(group)]] = secondHash(a[index], b.isEmpty ? 0 : b[index])
            next[Int(group)] += 1
        }
        var taken = [Bool](repeating: false, count: slotCount)
        var found = [UInt16](repeating: 0, count: groupCount)
        for group in PerfectHash.largestFirst(starts) {
            let members = starts[group]..<starts[group + 1]
            guard let displacement = place(members, hashes, &taken) else { return nil }
            found[group] = displacement
        }
        return found
    }

    /// Takes places for all keys of a group.
    private func place(_ members: Range<Int>, _ hashes: [UInt32], _ taken: inout [Bool]) -> UInt16? {
        for displacement in UInt16.min...UInt16.max {
            var placed = members.lowerBound
            while placed < members.upperBound {
                let slot = place(hashes[placed], displacement)
                if taken[slot] { break }
                taken[slot] = true
                placed += 1
            }
            if placed == members.upperBound { return displacement }
            for index in members.lowerBound..<placed { taken[place(hashes[index], displacement)] = false }
        }
        return nil
    }

    /// Groups with members, in descending order of their number.
    private static func largestFirst(_ starts: [Int]) -> [Int] {
        var bySize: [[Int]] = []
        for group in 0..<(starts.count - 1) {
            let size = starts[group + 1] - starts[group]
            guard size > 0 else { continue }
            while bySize.count <= size { bySize.append([]) }
            bySize[size].append(group)
        }
        return bySize.reversed().flatMap { $0 }
    }
}

/// SplitMix64.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return mixed(state)
    }
}

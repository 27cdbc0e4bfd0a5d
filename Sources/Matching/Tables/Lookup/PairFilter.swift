/// Tells most pairs that are not keys of a perfect hash without touching it: eight to sixteen bits per key, two of one
/// word set. About one of twenty passes all the same.
///
/// ```
/// words[(a * groupA + b * groupB) >> shift], bits (a * slotA + b * slotB) >> 27 and … >> 22 & 31
/// ```
struct PairFilter: Sendable {
    private(set) var words: [UInt32]
    private(set) var shift: UInt32

    init(_ a: [UInt32], _ b: [UInt32], _ constants: PerfectHash.Constants) {
        var bits: UInt32 = 1
        while 1 << Int(bits + 2) < a.count { bits += 1 }
        shift = 32 - bits
        words = Array(repeating: 0, count: 1 << Int(bits))
        for index in a.indices {
            let first = a[index] &* constants.groupA &+ b[index] &* constants.groupB
            let second = a[index] &* constants.slotA &+ b[index] &* constants.slotB
            words[Int(first >> shift)] |= 1 << (second >> 27) | 1 << (second >> 22 & 31)
        }
    }
}

import NetTypes

/// Finds the row of a list of rules: who decides first for each class of services.
///
/// Sets of classes are bits; a row costs (rules that can match) x (classes / 64).
struct RowBuilder {
    private let wordCount: Int
    /// Per interned set of services, its classes as bits.
    private let bitsOfSet: [[UInt64]]
    private let everything: [UInt64]
    private var undecided: [UInt64] = []
    private var passed: [UInt64] = []
    private var hasPassed = false
    private var block = 0
    private var pieces: [(entry: UInt32, count: Int, bits: [UInt64])] = []

    init(_ classes: ServiceClasses) {
        let words = (classes.count + 63) / 64
        wordCount = words
        func bits(_ members: some Sequence<UInt16>) -> [UInt64] {
            var bits = [UInt64](repeating: 0, count: words)
            for member in members { bits[Int(member) >> 6] |= 1 << UInt64(member & 63) }
            return bits
        }
        bitsOfSet = classes.classesOfSet.map { bits($0) }
        everything = bits(1..<UInt16(classes.count))
    }

    mutating func begin() {
        undecided = everything
        passed = Array(repeating: 0, count: wordCount)
        hasPassed = false
        block = 0
        pieces.removeAll(keepingCapacity: true)
    }

    /// The classes of an interned set of services.
    func bits(_ services: Int) -> [UInt64] { bitsOfSet[services] }

    func bits(of classes: [UInt16]) -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: wordCount)
        for number in classes where number != ServiceClasses.none { bits[Int(number) >> 6] |= 1 << UInt64(number & 63) }
        return bits
    }

    /// Puts the next rule to what is undecided yet. Returns whether something still is.
    ///
    /// - Parameter entry: `nil`: Pass.
    mutating func apply(_ matching: [UInt64], _ entry: UInt32?, block: Int) -> Bool {
        if block != self.block {
            self.block = block
            if hasPassed {
                for index in passed.indices { passed[index] = 0 }
                hasPassed = false
            }
        }
        var count = 0
        for index in 0..<wordCount {
            count += (matching[index] & undecided[index] & ~passed[index]).nonzeroBitCount
        }
        guard count > 0 else { return true }
        guard let entry else {
            for index in 0..<wordCount { passed[index] |= matching[index] & undecided[index] }
            hasPassed = true
            return true
        }
        var hits = matching
        var rest: UInt64 = 0
        for index in 0..<wordCount {
            hits[index] &= undecided[index] & ~passed[index]
            undecided[index] &= ~hits[index]
            rest |= undecided[index]
        }
        pieces.append((entry, count, hits))
        return rest != 0
    }

    /// The row; what no rule decided is to be evaluated.
    mutating func finish() -> Row {
        let left = undecided.reduce(0) { $0 + $1.nonzeroBitCount }
        if left > 0 { pieces.append((0, left, undecided)) }
        guard let common = pieces.indices.max(by: { pieces[$0].count < pieces[$1].count }) else { return .evaluate }
        var row = Row(common: pieces[common].entry, exceptions: [])
        for (index, piece) in pieces.enumerated() where index != common && piece.entry != row.common {
            for (word, bits) in piece.bits.enumerated() {
                var bits = bits
                while bits != 0 {
                    row.exceptions.append(UInt64(word << 6 | bits.trailingZeroBitCount) << 32 | UInt64(piece.entry))
                    bits &= bits - 1
                }
            }
        }
        row.exceptions.sort()
        return row
    }
}

/// A program in one cache line, the layout of `dp_program`.
///
/// ```
/// 0 ..< 7   pairs: peer << serviceBits | service, the low 32 bits; 0: none
/// 7         value of the common row, and whether there are cells
/// 8 ..< 15  entries of the pairs
/// 15        entry of the common row for most services
/// ```
struct ProgramLine {
    struct Pair {
        var key: UInt32
        var entry: UInt32
    }

    static let words = 16
    static let pairLimit = 7
    static let row = 7
    static let firstEntry = 8
    static let entry = 15
    /// No value of a common row has this bit, since none is direct (`RowForm(ofProgram:)`).
    static let hasCells: UInt32 = 1 << 31

    /// The common row's form.
    let commonForm: UInt32
    private let entry: UInt32
    private var pairs: [Pair] = []
    var hasCells = false

    init(commonForm: UInt32, entry: UInt32) {
        self.commonForm = commonForm
        self.entry = entry
    }

    var isFull: Bool { pairs.count == ProgramLine.pairLimit }

    /// False: there is no room for all of them.
    mutating func append(_ more: [Pair]) -> Bool {
        guard pairs.count + more.count <= ProgramLine.pairLimit else { return false }
        pairs += more
        return true
    }

    /// - Parameter row: the common row's value.
    func words(row: UInt32) -> [UInt32] {
        let free = repeatElement(UInt32(0), count: ProgramLine.pairLimit - pairs.count)
        return pairs.map(\.key) + free + [hasCells ? row | ProgramLine.hasCells : row] + pairs.map(\.entry) + free
            + [entry]
    }
}

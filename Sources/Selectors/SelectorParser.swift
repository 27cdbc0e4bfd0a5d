/// Text → postfix program, by the grammar of calico.md 2.1, with an explicit stack instead of recursion: a hostile text
/// of a million parentheses costs memory in proportion and nothing else.
struct SelectorParser {
    typealias Instruction = Selector.Instruction

    private var scanner: SelectorScanner
    private var program: [Instruction] = []

    /// An open group: how many operands its current conjunction and its disjunction have so far.
    private struct Group {
        var isNegated: Bool
        var opening: Int
        var conjuncts = 0
        var disjuncts = 0
    }

    private var groups: [Group] = [Group(isNegated: false, opening: 0)]

    init(_ text: String) { scanner = SelectorScanner(text) }

    mutating func parse() throws(SelectorError) -> [Instruction] {
        scanner.skipBlanks()
        if scanner.isAtEnd { return [.all] }
        while true {
            try parseOperand()
            if try parseOperators() { return program }
        }
    }

    /// `!`s and opening parentheses, then one atom.
    private mutating func parseOperand() throws(SelectorError) {
        var isNegated = false
        while true {
            scanner.skipBlanks()
            if scanner.consume("!") {
                isNegated.toggle()
            } else if scanner.peek == UInt8(ascii: "(") {
                groups.append(Group(isNegated: isNegated, opening: scanner.offset))
                _ = scanner.consume("(")
                isNegated = false
            } else {
                break
            }
        }
        program.append(try scanner.atom())
        if isNegated { program.append(.not) }
        groups[groups.count - 1].conjuncts += 1
    }

    /// What may follow an operand, up to the next operand. True at the end of the text.
    private mutating func parseOperators() throws(SelectorError) -> Bool {
        while true {
            scanner.skipBlanks()
            if scanner.consume(word: "&&") { return false }
            if scanner.consume(word: "||") {
                endConjunction()
                return false
            }
            if scanner.isAtEnd {
                guard groups.count == 1 else {
                    throw scanner.error(at: groups[groups.count - 1].opening, "this \"(\" is never closed")
                }
                endGroup()
                return true
            }
            guard groups.count > 1, scanner.consume(")") else {
                throw scanner.error("expected \"&&\", \"||\"\(groups.count > 1 ? ", \")\"" : "") or the end")
            }
            endGroup()
        }
    }

    private mutating func endConjunction() {
        let count = groups[groups.count - 1].conjuncts
        if count > 1 { program.append(.and(count)) }
        groups[groups.count - 1].conjuncts = 0
        groups[groups.count - 1].disjuncts += 1
    }

    private mutating func endGroup() {
        endConjunction()
        let group = groups[groups.count - 1]
        if group.disjuncts > 1 { program.append(.or(group.disjuncts)) }
        guard groups.count > 1 else { return }
        groups.removeLast()
        if group.isNegated { program.append(.not) }
        groups[groups.count - 1].conjuncts += 1
    }
}

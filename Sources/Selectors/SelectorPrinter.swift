/// Postfix program → canonical text (calico.md 2.3). Linear in the text however it nests.
enum SelectorPrinter {
    private enum Work {
        /// The expression whose last instruction stands here.
        case expression(Int)
        case text(String)
    }

    static func text(of program: [Selector.Instruction]) -> String {
        let starts = expressionStarts(of: program)
        var out = ""
        var pending = [Work.expression(program.count - 1)]
        while let work = pending.popLast() {
            switch work {
            case .text(let text): out += text
            case .expression(let end):
                switch program[end] {
                case .not:
                    out += "!"
                    pending.append(.expression(end - 1))
                case .and(let count): push(count, before: end, " && ", starts, &pending)
                case .or(let count): push(count, before: end, " || ", starts, &pending)
                default: out += atom(program[end])
                }
            }
        }
        return out
    }

    /// For every instruction the first one of the expression that it ends.
    private static func expressionStarts(of program: [Selector.Instruction]) -> [Int] {
        var starts: [Int] = []
        starts.reserveCapacity(program.count)
        var operands: [Int] = []
        for (index, instruction) in program.enumerated() {
            switch instruction {
            case .not: break
            case .and(let count), .or(let count): operands.removeLast(count - 1)
            default: operands.append(index)
            }
            starts.append(operands[operands.count - 1])
        }
        return starts
    }

    /// Schedules a group: its operands from first to last, so pushed from last to first.
    private static func push(
        _ count: Int, before end: Int, _ separator: String, _ starts: [Int], _ pending: inout [Work]
    ) {
        pending.append(.text(")"))
        var operand = end - 1
        for position in (0..<count).reversed() {
            pending.append(.expression(operand))
            if position > 0 { pending.append(.text(separator)) }
            operand = starts[operand] - 1
        }
        pending.append(.text("("))
    }

    private static func atom(_ instruction: Selector.Instruction) -> String {
        switch instruction {
        case .all: "all()"
        case .global: "global()"
        case .has(let label): "has(\(label))"
        case .equals(let label, let value): "\(label) == \(literal(value))"
        case .notEquals(let label, let value): "\(label) != \(literal(value))"
        case .contains(let label, let value): "\(label) contains \(literal(value))"
        case .startsWith(let label, let value): "\(label) starts with \(literal(value))"
        case .endsWith(let label, let value): "\(label) ends with \(literal(value))"
        case .isIn(let label, let values): "\(label) in \(list(values))"
        case .isNotIn(let label, let values): "\(label) not in \(list(values))"
        case .not, .and, .or: ""
        }
    }

    private static func list(_ values: [String]) -> String {
        "{" + values.map(literal).joined(separator: ", ") + "}"
    }

    /// The grammar has no escapes: a string that holds one kind of quote is written in the other.
    private static func literal(_ value: String) -> String {
        value.utf8.contains(UInt8(ascii: "\"")) ? "'\(value)'" : "\"\(value)\""
    }
}

/// Postfix program → canonical text (calico.md 2.3). Linear in the text however it nests.
enum SelectorPrinter {
    private enum Work {
        /// The expression whose last instruction stands here.
        case expression(Int)
        case text(String)
    }

    static func text(of program: [Selector.Instruction]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(program.count * 32)
        if program.count <= shortProgram {
            writeShort(program, endingAt: program.count - 1, to: &out)
            return String(decoding: out, as: UTF8.self)
        }
        let starts = expressionStarts(of: program)
        var pending = [Work.expression(program.count - 1)]
        while let work = pending.popLast() {
            switch work {
            case .text(let text): out += text.utf8
            case .expression(let end):
                switch program[end] {
                case .not:
                    out.append(UInt8(ascii: "!"))
                    pending.append(.expression(end - 1))
                case .and(let count): push(count, before: end, " && ", starts, &pending)
                case .or(let count): push(count, before: end, " || ", starts, &pending)
                default: write(program[end], to: &out)
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Programs up to this size are printed by recursion, which never goes deeper than they are long.
    private static let shortProgram = 64

    /// Prints the expression that ends at an instruction.
    private static func writeShort(_ program: [Selector.Instruction], endingAt end: Int, to out: inout [UInt8]) {
        switch program[end] {
        case .not:
            out.append(UInt8(ascii: "!"))
            writeShort(program, endingAt: end - 1, to: &out)
        case .and(let count): writeShort(program, count, " && ", endingAt: end - 1, to: &out)
        case .or(let count): writeShort(program, count, " || ", endingAt: end - 1, to: &out)
        default: write(program[end], to: &out)
        }
    }

    /// Prints a group of operands, the last of which ends at an instruction.
    private static func writeShort(
        _ program: [Selector.Instruction], _ count: Int, _ separator: String, endingAt end: Int, to out: inout [UInt8]
    ) {
        out.append(UInt8(ascii: "("))
        for operand in (0..<count).reversed() {
            var last = end
            for _ in 0..<operand { last = start(of: program, endingAt: last) - 1 }
            writeShort(program, endingAt: last, to: &out)
            if operand > 0 { out += separator.utf8 }
        }
        out.append(UInt8(ascii: ")"))
    }

    /// The first instruction of the expression that ends at `end`.
    private static func start(of program: [Selector.Instruction], endingAt end: Int) -> Int {
        var open = 1
        var index = end
        while true {
            switch program[index] {
            case .not: break
            case .and(let count), .or(let count): open += count - 1
            default: open -= 1
            }
            if open == 0 { return index }
            index -= 1
        }
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

    private static func write(_ atom: Selector.Instruction, to out: inout [UInt8]) {
        switch atom {
        case .all: out += "all()".utf8
        case .global: out += "global()".utf8
        case .has(let label):
            out += "has(".utf8
            out += label.utf8
            out.append(UInt8(ascii: ")"))
        case .equals(let label, let value): write(label, " == ", value, to: &out)
        case .notEquals(let label, let value): write(label, " != ", value, to: &out)
        case .contains(let label, let value): write(label, " contains ", value, to: &out)
        case .startsWith(let label, let value): write(label, " starts with ", value, to: &out)
        case .endsWith(let label, let value): write(label, " ends with ", value, to: &out)
        case .isIn(let label, let values): write(label, " in ", values, to: &out)
        case .isNotIn(let label, let values): write(label, " not in ", values, to: &out)
        case .not, .and, .or: break
        }
    }

    private static func write(_ label: String, _ sign: String, _ value: String, to out: inout [UInt8]) {
        out += label.utf8
        out += sign.utf8
        write(literal: value, to: &out)
    }

    private static func write(_ label: String, _ sign: String, _ values: [String], to out: inout [UInt8]) {
        out += label.utf8
        out += sign.utf8
        out.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 { out += ", ".utf8 }
            write(literal: value, to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    /// The grammar has no escapes: a string that holds one kind of quote is written in the other.
    private static func write(literal value: String, to out: inout [UInt8]) {
        let double = UInt8(ascii: "\"")
        let quote = value.utf8.contains(double) ? UInt8(ascii: "'") : double
        out.append(quote)
        out += value.utf8
        out.append(quote)
    }
}

/// Postfix program → canonical text (calico.md 2.3).
enum SelectorPrinter {
    static func text(of program: [Selector.Instruction]) -> String {
        var stack: [String] = []
        for instruction in program {
            switch instruction {
            case .not: stack.append("!" + (stack.popLast() ?? ""))
            case .and(let count): join(&stack, count, " && ")
            case .or(let count): join(&stack, count, " || ")
            default: stack.append(atom(instruction))
            }
        }
        return stack.last ?? ""
    }

    private static func join(_ stack: inout [String], _ count: Int, _ separator: String) {
        let group = "(" + stack.suffix(count).joined(separator: separator) + ")"
        stack.removeLast(count)
        stack.append(group)
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

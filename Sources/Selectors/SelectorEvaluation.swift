/// Anything that has labels.
public protocol LabelSource {
    /// `nil` when the label is absent.
    subscript(key: String) -> String? { get }
}

extension Labels: LabelSource {}

extension Selector {
    /// Whether an object with these labels is selected (calico.md 2.2). An absent label makes `!=` and `not in` true and
    /// every other comparison false (T1).
    public func matches(_ labels: some LabelSource) -> Bool { evaluate(labels) }

    func evaluate(_ labels: some LabelSource) -> Bool {
        stackDepth <= UInt64.bitWidth ? matchesOnBits(labels) : matchesOnArray(labels)
    }

    /// The stack is the low bits of a word, the newest operand at bit 0.
    private func matchesOnBits(_ labels: some LabelSource) -> Bool {
        var stack: UInt64 = 0
        for instruction in program {
            switch instruction {
            case .not: stack ^= 1
            case .and(let count):
                let operands = Selector.low(count)
                stack = Selector.drop(stack, count - 1, replacingTop: stack & operands == operands)
            case .or(let count):
                stack = Selector.drop(stack, count - 1, replacingTop: stack & Selector.low(count) != 0)
            default: stack = stack << 1 | (instruction.holds(labels) ? 1 : 0)
            }
        }
        return stack & 1 == 1
    }

    private static func low(_ count: Int) -> UInt64 { count >= 64 ? .max : 1 << UInt64(count) - 1 }

    private static func drop(_ stack: UInt64, _ count: Int, replacingTop top: Bool) -> UInt64 {
        let rest = count >= 64 ? 0 : stack >> UInt64(count)
        return rest & ~1 | (top ? 1 : 0)
    }

    private func matchesOnArray(_ labels: some LabelSource) -> Bool {
        var stack: [Bool] = []
        stack.reserveCapacity(stackDepth)
        for instruction in program {
            switch instruction {
            case .not: stack.append(!(stack.popLast() ?? false))
            case .and(let count):
                let all = stack.suffix(count).allSatisfy { $0 }
                stack.removeLast(count)
                stack.append(all)
            case .or(let count):
                let any = stack.suffix(count).contains(true)
                stack.removeLast(count)
                stack.append(any)
            default: stack.append(instruction.holds(labels))
            }
        }
        return stack.last ?? false
    }
}

extension Selector.Instruction {
    /// The truth of an atom; operators are the caller's.
    func holds(_ labels: some LabelSource) -> Bool {
        switch self {
        case .all, .global: true
        case .has(let label): labels[label] != nil
        case .equals(let label, let value): labels[label]?.equalsBytewise(value) ?? false
        case .notEquals(let label, let value): labels[label].map { !$0.equalsBytewise(value) } ?? true
        case .contains(let label, let value): labels[label].map { contains($0, value) } ?? false
        case .startsWith(let label, let value): labels[label]?.utf8.starts(with: value.utf8) ?? false
        case .endsWith(let label, let value):
            labels[label]?.utf8.reversed().starts(with: value.utf8.reversed()) ?? false
        case .isIn(let label, let values):
            labels[label].map { values.containsBytewise($0) } ?? false
        case .isNotIn(let label, let values):
            labels[label].map { !values.containsBytewise($0) } ?? true
        case .not, .and, .or: false
        }
    }

    private func contains(_ text: String, _ part: String) -> Bool {
        let bytes = Array(text.utf8)
        let wanted = Array(part.utf8)
        guard wanted.count <= bytes.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
    }
}

import Selectors
import TestSupport

/// A selector as a tree, built and evaluated without the parser: the oracle of the property tests.
indirect enum Expression {
    case all
    case global
    case has(String)
    case compare(String, String, String)
    case member(String, isIn: Bool, [String])
    case not(Expression)
    case and([Expression])
    case or([Expression])

    /// What calico.md 2.3 prescribes.
    var canonical: String {
        switch self {
        case .all: "all()"
        case .global: "global()"
        case .has(let label): "has(\(label))"
        case .compare(let label, let word, let value): "\(label) \(word) \(Self.quoted(value))"
        case .member(let label, let isIn, let values):
            "\(label) \(isIn ? "in" : "not in") {\(Set(values).sorted().map(Self.quoted).joined(separator: ", "))}"
        case .not(let operand): "!" + operand.canonical
        case .and(let operands): "(\(operands.map(\.canonical).joined(separator: " && ")))"
        case .or(let operands): "(\(operands.map(\.canonical).joined(separator: " || ")))"
        }
    }

    /// The truth table of calico.md 2.2.
    func holds(_ labels: [String: String]) -> Bool {
        switch self {
        case .all, .global: return true
        case .has(let label): return labels[label] != nil
        case .compare(let label, let word, let value):
            guard let found = labels[label] else { return word == "!=" }
            switch word {
            case "==": return found == value
            case "!=": return found != value
            case "contains": return value.isEmpty || found.contains(value)
            case "starts with": return found.hasPrefix(value)
            default: return found.hasSuffix(value)
            }
        case .member(let label, let isIn, let values):
            guard let found = labels[label] else { return !isIn }
            return values.contains(found) == isIn
        case .not(let operand): return !operand.holds(labels)
        case .and(let operands): return operands.allSatisfy { $0.holds(labels) }
        case .or(let operands): return operands.contains { $0.holds(labels) }
        }
    }

    private static func quoted(_ value: String) -> String { value.contains("\"") ? "'\(value)'" : "\"\(value)\"" }
}

/// Random expressions and their texts in random spelling; all from one seed.
struct ExpressionGenerator {
    private var random: SeededGenerator
    static let labels = ["a", "b", "c.d/e-f", "in", "has", "9"]
    static let values = ["", "x", "xy", "y", "it's", "say \"y\"", "all()", "é"]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func expression(depth: Int) -> Expression {
        switch roll(depth > 0 ? 10 : 6) {
        case 0: return roll(2) == 0 ? .all : .global
        case 1: return .has(pick(Self.labels))
        case 2, 3, 4:
            return .compare(
                pick(Self.labels), pick(["==", "!=", "contains", "starts with", "ends with"]), pick(Self.values))
        case 5: return .member(pick(Self.labels), isIn: roll(2) == 0, (0..<roll(4)).map { _ in pick(Self.values) })
        case 6, 7:
            let operand = expression(depth: depth - 1)
            // `!!x` is read as `x`: a tree never holds it.
            if case .not = operand { return operand }
            return .not(operand)
        case 8: return .and((0...(1 + roll(3))).map { _ in expression(depth: depth - 1) })
        default: return .or((0...(1 + roll(3))).map { _ in expression(depth: depth - 1) })
        }
    }

    /// Spelled with random blanks, quotes, redundant parentheses and even numbers of `!`.
    mutating func text(of expression: Expression) -> String { spell(expression, needsGroup: false) }

    mutating func labels() -> [String: String] {
        var labels: [String: String] = [:]
        for label in Self.labels where roll(2) == 0 { labels[label] = pick(Self.values) }
        return labels
    }

    // MARK: Spelling

    private mutating func spell(_ expression: Expression, needsGroup: Bool) -> String {
        switch expression {
        case .all: return decorated("all(\(blank()))")
        case .global: return decorated("global(\(blank()))")
        case .has(let label): return decorated("has(\(blank())\(label)\(blank()))")
        case .compare(let label, let word, let value):
            let isSign = word == "==" || word == "!="
            let spelled = word.replacing(" ", with: pick(["", " ", "  \t"]))
            return decorated("\(label)\(isSign ? blank() : " ")\(spelled)\(blank())\(quoted(value))")
        case .member(let label, let isIn, let values):
            let comma = values.isEmpty || roll(2) == 0 ? "" : ",\(blank())"
            let list = values.map { "\(blank())\(quoted($0))\(blank())" }.joined(separator: ",") + comma
            return decorated("\(label) \(isIn ? "in" : pick(["not in", "notin", "not\tin"]))\(blank()){\(list)}")
        case .not(let operand): return decorated("!\(blank())\(spell(operand, needsGroup: true))")
        case .and(let operands): return spell(operands, "&&", needsGroup: needsGroup, isAnd: true)
        case .or(let operands): return spell(operands, "||", needsGroup: needsGroup, isAnd: false)
        }
    }

    /// A conjunction inside a disjunction needs no parentheses; every other group inside a group does.
    private mutating func spell(
        _ operands: [Expression], _ sign: String, needsGroup: Bool, isAnd: Bool
    ) -> String {
        let texts = operands.map { operand in
            if case .and = operand, !isAnd { return spell(operand, needsGroup: roll(2) == 0) }
            return spell(operand, needsGroup: true)
        }
        let joined = texts.joined(separator: "\(blank())\(sign)\(blank())")
        return needsGroup ? "(\(blank())\(joined)\(blank()))" : joined
    }

    private mutating func decorated(_ operation: String) -> String {
        switch roll(8) {
        case 0: "(\(blank())\(operation)\(blank()))"
        case 1: "!\(blank())!\(operation)"
        default: operation
        }
    }

    private mutating func quoted(_ value: String) -> String {
        if value.contains("\"") { return "'\(value)'" }
        return value.contains("'") || roll(2) == 0 ? "\"\(value)\"" : "'\(value)'"
    }

    private mutating func blank() -> String { pick(["", "", " ", "\t", "  "]) }
    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    private mutating func pick<T>(_ values: [T]) -> T { values[roll(values.count)] }
}

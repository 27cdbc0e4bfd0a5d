/// What any label set that a selector matches must satisfy, label by label: the key to finding candidates through an
/// index instead of trying every object.
public struct LabelRestriction: Sendable, Hashable {
    public var mustBePresent = false
    public var mustBeAbsent = false
    /// `nil`: any value. Empty: no value can do. Sorted bytewise.
    public var mustHaveOneOfValues: [String]?

    public init(mustBePresent: Bool = false, mustBeAbsent: Bool = false, mustHaveOneOfValues: [String]? = nil) {
        self.mustBePresent = mustBePresent
        self.mustBeAbsent = mustBeAbsent
        self.mustHaveOneOfValues = mustHaveOneOfValues
    }

    private var restrictsNothing: Bool { !mustBePresent && !mustBeAbsent && mustHaveOneOfValues == nil }

    /// Both hold.
    func and(_ other: LabelRestriction) -> LabelRestriction {
        var both = LabelRestriction(
            mustBePresent: mustBePresent || other.mustBePresent, mustBeAbsent: mustBeAbsent || other.mustBeAbsent)
        switch (mustHaveOneOfValues, other.mustHaveOneOfValues) {
        case (let values?, let others?): both.mustHaveOneOfValues = values.intersectedBytewise(others)
        case (let values, let others): both.mustHaveOneOfValues = values ?? others
        }
        return both
    }

    /// At least one holds; `nil` when that restricts nothing.
    func or(_ other: LabelRestriction) -> LabelRestriction? {
        var either = LabelRestriction(
            mustBePresent: mustBePresent && other.mustBePresent, mustBeAbsent: mustBeAbsent && other.mustBeAbsent)
        if let values = mustHaveOneOfValues, let others = other.mustHaveOneOfValues {
            either.mustHaveOneOfValues = (values + others).sortedBytewise
        }
        return either.restrictsNothing ? nil : either
    }
}

extension Selector {
    /// Necessary conditions by label name; labels that may be anything are left out. Exact for nothing: a label set that
    /// satisfies them may still not match.
    public var labelRestrictions: [String: LabelRestriction] {
        var stack: [[String: LabelRestriction]] = []
        var previous: Instruction?
        for instruction in program {
            switch instruction {
            case .not:
                stack.removeLast()
                stack.append(Selector.negated(previous))
            case .and(let count): Selector.reduce(&stack, count, Selector.conjunction)
            case .or(let count): Selector.reduce(&stack, count, Selector.disjunction)
            default: stack.append(Selector.restrictions(of: instruction))
            }
            previous = instruction
        }
        return stack.last ?? [:]
    }

    private typealias Restrictions = [String: LabelRestriction]

    private static func reduce(
        _ stack: inout [Restrictions], _ count: Int, _ combine: (inout Restrictions, Restrictions) -> Void
    ) {
        // An array: a slice would keep the stack shared and every removal would copy it.
        let operands = Array(stack.suffix(count))
        stack.removeLast(count)
        stack.append(operands.dropFirst().reduce(into: operands.first ?? [:], combine))
    }

    private static func conjunction(_ left: inout Restrictions, _ right: Restrictions) {
        left.merge(right) { $0.and($1) }
    }

    private static func disjunction(_ left: inout Restrictions, _ right: Restrictions) {
        let (fewer, more) = left.count <= right.count ? (left, right) : (right, left)
        left = fewer.reduce(into: [:]) { result, pair in
            result[pair.key] = more[pair.key].flatMap { pair.value.or($0) }
        }
    }

    /// Only `!has(x)` restricts; any other negation may hold for absent labels and for many values.
    private static func negated(_ operand: Instruction?) -> [String: LabelRestriction] {
        guard case .has(let label)? = operand else { return [:] }
        return [label: LabelRestriction(mustBeAbsent: true)]
    }

    private static func restrictions(of atom: Instruction) -> [String: LabelRestriction] {
        switch atom {
        case .equals(let label, let value): [label: LabelRestriction(mustBePresent: true, mustHaveOneOfValues: [value])]
        case .isIn(let label, let values): [label: LabelRestriction(mustBePresent: true, mustHaveOneOfValues: values)]
        case .has(let label), .contains(let label, _), .startsWith(let label, _), .endsWith(let label, _):
            [label: LabelRestriction(mustBePresent: true)]
        case .all, .global, .notEquals, .isNotIn, .not, .and, .or: [:]
        }
    }
}

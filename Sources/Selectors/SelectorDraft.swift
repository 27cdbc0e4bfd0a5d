/// A selector being joined from parts as a program: what parsing the parts' joined texts would give, without the texts.
///
/// That holds only while no text could be misread (`readsAsText`); else the text is the truth (T59), and whoever joins
/// goes that way.
public struct SelectorDraft: Sendable {
    private var program: [Selector.Instruction]

    private init(_ program: [Selector.Instruction]) { self.program = program }

    /// The canonical text of `selector`, read again.
    public init(_ selector: Selector) {
        program = selector.program
        collapseNegations()
    }

    /// The same over labels that bear `prefix`.
    public func prefixed(_ prefix: String) -> SelectorDraft {
        SelectorDraft(program.map { $0.relabelled { prefix + $0 } })
    }

    public static func equals(_ label: String, _ value: String) -> SelectorDraft {
        SelectorDraft([.equals(label, value)])
    }
    public static func isIn(_ label: String, _ values: [String]) -> SelectorDraft {
        SelectorDraft([.isIn(label, values.sortedBytewise)])
    }
    public static func isNotIn(_ label: String, _ values: [String]) -> SelectorDraft {
        SelectorDraft([.isNotIn(label, values.sortedBytewise)])
    }
    public static func has(_ label: String) -> SelectorDraft { SelectorDraft([.has(label)]) }
    public static func lacks(_ label: String) -> SelectorDraft { SelectorDraft([.has(label), .not]) }
    public static let all = SelectorDraft([.all])

    // MARK: Joining

    /// `a && b && c`; a single part stays what it is. There must be one.
    public static func conjunction(_ parts: [SelectorDraft]) -> SelectorDraft {
        guard parts.count != 1 else { return parts[0] }
        var joined = SelectorDraft([])
        joined.program.reserveCapacity(parts.reduce(1) { $0 + $1.program.count })
        for part in parts { joined.program += part.program }
        joined.program.append(.and(parts.count))
        return joined
    }

    /// `(a) && (b)`
    public func and(_ other: SelectorDraft) -> SelectorDraft { .conjunction([self, other]) }

    /// `(a) && (!(b))`
    public func andNot(_ other: SelectorDraft) -> SelectorDraft {
        var joined = self
        joined.program += other.program
        joined.program += [.not, .and(2)]
        return joined
    }

    /// With `has(label)` in place of every `all()`.
    public func replacingAll(byPresenceOf label: String) -> SelectorDraft {
        replacing { instruction in
            if case .all = instruction { [.has(label)] } else { [instruction] }
        }
    }

    /// With `!has(label)` in place of every `global()`.
    public func replacingGlobal(byAbsenceOf label: String) -> SelectorDraft {
        var replaced = replacing { instruction in
            if case .global = instruction { [.has(label), .not] } else { [instruction] }
        }
        replaced.collapseNegations()
        return replaced
    }

    private func replacing(_ replacement: (Selector.Instruction) -> [Selector.Instruction]) -> SelectorDraft {
        let needsNone = program.allSatisfy { !$0.isReplaceable }
        return needsNone ? self : SelectorDraft(program.flatMap(replacement))
    }

    /// `!!x` is read as `x`.
    private mutating func collapseNegations() {
        let isDouble = program.indices.dropFirst().contains { program[$0 - 1].isNot && program[$0].isNot }
        guard isDouble else { return }
        var collapsed: [Selector.Instruction] = []
        for instruction in program {
            if instruction.isNot, collapsed.last?.isNot ?? false {
                collapsed.removeLast()
            } else {
                collapsed.append(instruction)
            }
        }
        program = collapsed
    }

    // MARK: Result

    /// Whether the text would be read as it is meant: names are names, and no string holds a quote that ends it or a
    /// parenthesis that a replacement could find.
    public var readsAsText: Bool { program.allSatisfy(\.readsAsText) }

    public var selector: Selector { Selector(program: program) }
}

extension Selector.Instruction {
    /// `all()` and `global()`
    fileprivate var isReplaceable: Bool {
        switch self {
        case .all, .global: true
        default: false
        }
    }

    fileprivate var isNot: Bool { if case .not = self { true } else { false } }

    fileprivate var readsAsText: Bool {
        switch self {
        case .all, .global, .not, .and, .or: true
        case .has(let label): label.isLabelName
        case .equals(let label, let value), .notEquals(let label, let value), .contains(let label, let value),
            .startsWith(let label, let value), .endsWith(let label, let value):
            label.isLabelName && value.isPlainLiteral
        case .isIn(let label, let values), .isNotIn(let label, let values):
            label.isLabelName && values.allSatisfy(\.isPlainLiteral)
        }
    }
}

extension String {
    fileprivate var isLabelName: Bool {
        let bytes = utf8.span
        guard !bytes.isEmpty, bytes.count <= SelectorScanner.maximumLabelLength else { return false }
        for index in bytes.indices where !SelectorScanner.isLabelByte(bytes[index]) { return false }
        return true
    }

    fileprivate var isPlainLiteral: Bool {
        let bytes = utf8.span
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "("): return false
            default: continue
            }
        }
        return true
    }
}

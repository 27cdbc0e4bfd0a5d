import NetTypes

/// A parsed selector expression (calico.md 2): which objects, by their labels.
///
/// Held as a postfix program, so that evaluating and hashing need no recursion however the text nests. Equal when the
/// canonical texts are equal.
public struct Selector: Sendable {
    /// Binary operators with single spaces, groups parenthesised once, strings in `"` unless they hold one
    /// (calico.md 2.3). Parses to a selector of the same text, but for `!(!x)`, whose text `!!x` is read as `x` (Calico
    /// writes it so).
    public let canonicalText: String
    let program: [Instruction]
    /// The most operands that wait at once.
    let stackDepth: Int

    /// One step on a stack of truth values.
    enum Instruction: Sendable {
        case all
        case global
        case has(String)
        case equals(String, String)
        case notEquals(String, String)
        case contains(String, String)
        case startsWith(String, String)
        case endsWith(String, String)
        /// Values sorted bytewise, distinct.
        case isIn(String, [String])
        case isNotIn(String, [String])
        case not
        /// Conjunction or disjunction of the last two or more.
        case and(Int)
        case or(Int)
    }

    /// Blank text selects everything. Linear in the text.
    public init(parsing text: String) throws(SelectorError) {
        var parser = SelectorParser(text)
        self.init(program: try parser.parse())
    }

    init(program: [Instruction]) {
        self.program = program
        canonicalText = SelectorPrinter.text(of: program)
        stackDepth = Selector.depth(of: program)
    }

    /// `all()`: every object.
    public static let all = Selector(program: [.all])
    /// `!all()`: no object.
    public static let nothing = Selector(program: [.all, .not])

    private static func depth(of program: [Instruction]) -> Int {
        var depth = 0
        var most = 0
        for instruction in program {
            switch instruction {
            case .not: break
            case .and(let count), .or(let count): depth -= count - 1
            default: depth += 1
            }
            most = max(most, depth)
        }
        return most
    }

    /// Calico's own identity of the selector: `s:` and the SHA-224 of `s:` with the canonical text in base64url.
    public var uniqueID: String { "s:" + Base64URL.encode(SecureHash.sha224("s:\(canonicalText)".utf8)) }

    /// Every label name the expression mentions, in order of first mention.
    public var labelNames: [String] {
        var seen: Set<String> = []
        return program.compactMap(\.label).filter { seen.insert($0).inserted }
    }

    /// The same expression over labels that bear `prefix` (`pcns.`, `pcsa.`), in `has()` too.
    public func prefixed(_ prefix: String) -> Selector {
        Selector(program: program.map { $0.relabelled { prefix + $0 } })
    }
}

extension Selector: Hashable {
    public static func == (a: Selector, b: Selector) -> Bool { a.canonicalText.equalsBytewise(b.canonicalText) }
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalText) }
}

extension Selector: CustomStringConvertible {
    public var description: String { canonicalText }
}

extension Selector.Instruction {
    var label: String? {
        switch self {
        case .has(let label), .equals(let label, _), .notEquals(let label, _), .contains(let label, _),
            .startsWith(let label, _), .endsWith(let label, _), .isIn(let label, _), .isNotIn(let label, _):
            label
        case .all, .global, .not, .and, .or: nil
        }
    }

    func relabelled(_ rename: (String) -> String) -> Selector.Instruction {
        switch self {
        case .has(let label): .has(rename(label))
        case .equals(let label, let value): .equals(rename(label), value)
        case .notEquals(let label, let value): .notEquals(rename(label), value)
        case .contains(let label, let value): .contains(rename(label), value)
        case .startsWith(let label, let value): .startsWith(rename(label), value)
        case .endsWith(let label, let value): .endsWith(rename(label), value)
        case .isIn(let label, let values): .isIn(rename(label), values)
        case .isNotIn(let label, let values): .isNotIn(rename(label), values)
        case .all, .global, .not, .and, .or: self
        }
    }
}

/// RFC 4648 section 5, without padding.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    static func encode(_ bytes: [UInt8]) -> String {
        var out = ""
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { out.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
        return out
    }
}

import TestSupport

/// Texts put together from pieces of YAML at random, in lines with plausible indentation.
struct YAMLSoup {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let heads = [
        "a: ", "b:", "c: ", "- ", "- - ", "- a: ", "-", "a :  ", "\"q\": ", "'s': ", "key one: ", "", "", "# c", "é: ",
        "items:", "- b:", "k1: ", "k2: ", "k3: ", "k4:", "k5: ",
    ]
    private static let tails = [
        "", "", "x", "y z", "1", "true", "\"x\"", "'x'", "\"x\\\"y\"", "'it''s'", "[]", "{}", "[a, b]", "{a: b}", "|",
        "|-",
        ">", "|+", ">-", "|2", "x # c", "# c", "x#y", "x:y", "x: y", "\"x", "'x", "y\"", "y'", "[a,", "b]", "---",
        "--- ",
        "...", "- x", "-x", "~", "null", "0x1f", "x  ", "\"x\\", "é ü", "{a: [b, {c: d}], \"e\": f}", "\"x\" # c",
        "\"x\"# c", "'x' y", "{a: b} c", "[a]: b", "&x", "*x", "!x y", "? x", "\tx", "x\ty", "\"a\\u00e9\\/\"", ">2-",
        "- ",
    ]

    mutating func text() -> String {
        var lines: [String] = []
        var indent = 0
        for _ in 0..<Int.random(in: 1...9, using: &random) {
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3: indent += 2
            case 4, 5: indent = max(0, indent - 2)
            case 6: indent = 0
            case 7: indent += 1
            case 8: lines.append(String(repeating: " ", count: Int.random(in: 0...3, using: &random)))
            default: break
            }
            let head = Self.heads.randomElement(using: &random) ?? ""
            let tail = Self.tails.randomElement(using: &random) ?? ""
            lines.append(String(repeating: " ", count: indent) + head + tail)
        }
        return lines.joined(separator: "\n") + (Bool.random(using: &random) ? "\n" : "")
    }
}

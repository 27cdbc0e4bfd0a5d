import TestSupport

/// Damages inputs in ways that depend on the seed alone.
struct Damage {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A copy with one to four bytes replaced, removed, doubled or swapped for YAML's and JSON's own characters.
    mutating func damaged(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(bytes[at], at: at)
            case 3: bytes.removeSubrange(at...)
            default: bytes[at] = Array("[]{}:,\"'*&!|>%@`#-?\n\t <\\".utf8).randomElement(using: &random) ?? 0
            }
        }
        return bytes
    }
}

import Foundation
import TestSupport
import Testing

/// No trap is left out.
@Suite struct TrapListTests {
    /// Of calico.md 8 and kubernetes.md 10.
    private static let traps: [(letter: String, count: Int)] = [("T", 67), ("K", 36)]

    @Test("Every trap of both specifications is a test named after its number")
    func everyTrapIsATest() throws {
        let folder = Corpora.checkout.appending(path: "Tests/PolicyTestingTests/Traps")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        var found: [String: Set<Int>] = [:]
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /@Test\("([TK])(\d+): [^\n]*\n\s*func ([tk])(\d+)\(/) {
                let (letter, number) = (String(match.1), try #require(Int(match.2)))
                #expect((letter.lowercased(), number) == (String(match.3), Int(match.4) ?? 0), "\(file)")
                found[letter, default: []].insert(number)
            }
        }
        for (letter, count) in Self.traps {
            let numbers = found[letter, default: []]
            let missing = Set(1...count).subtracting(numbers).sorted()
            #expect(missing == [], "traps without a test: \(missing.map { "\(letter)\($0)" })")
            #expect(numbers.isSubset(of: 1...count))
            print("traps \(letter)1…\(letter)\(count): \(numbers.count) have a test")
        }
    }
}

import Selectors
import Testing

/// A mebibyte of anything must end in linear time, without a deep stack.
@Suite struct SelectorHostileTests {
    private static let size = 1 << 20

    @Test(arguments: ["(", "!", "!(", "a", "{", "'", ")", "has(", "a==", "a in {", "&&", " ", "\u{0}", "é", "((a == '"])
    func repeated(piece: String) {
        let text = String(repeating: piece, count: Self.size / piece.utf8.count)
        do throws(SelectorError) {
            let selector = try Selector(parsing: text)
            #expect(piece == " " && selector == .all)
        } catch {
            #expect(error.column >= 1)
            #expect(error.message.utf8.count < 500)
        }
    }

    @Test func deepNegationOfGroups() throws {
        let depth = Self.size / 3
        let text = String(repeating: "!(", count: depth) + "has(a)" + String(repeating: ")", count: depth)
        let selector = try Selector(parsing: text)
        #expect(selector.canonicalText.utf8.count == depth + 6)
        #expect(selector.matches(["a": ""] as Labels) == (depth % 2 == 0))
    }

    @Test func deepGroupsOnBothSides() throws {
        let depth = 50_000
        let left = String(repeating: "(", count: depth) + "has(a)" + String(repeating: " && has(a))", count: depth)
        let right = String(repeating: "has(a) || (", count: depth) + "has(a)" + String(repeating: ")", count: depth)
        for text in [left, right] {
            let selector = try Selector(parsing: text)
            #expect(selector.matches(["a": ""] as Labels))
            #expect(!selector.matches(["b": ""] as Labels))
            #expect(try Selector(parsing: selector.canonicalText) == selector)
            #expect(selector.labelRestrictions == ["a": LabelRestriction(mustBePresent: true)])
            #expect(selector.prefixed("p.").labelNames == ["p.a"])
        }
    }

    @Test func wideGroupsAndSets() throws {
        let wide = (0..<50_000).map { "k\($0) == 'v'" }.joined(separator: " && ")
        let selector = try Selector(parsing: wide)
        #expect(!selector.matches(["k1": "v"] as Labels))
        #expect(selector.labelRestrictions.count == 50_000)
        let set = (0..<60_000).map { "'v\($0)'" }.joined(separator: ",")
        let member = try Selector(parsing: "a in {\(set)} && a in {\(set)} && a not in {'v1'}")
        #expect(member.matches(["a": "v59999"] as Labels))
        #expect(!member.matches(["a": "v1"] as Labels))
        #expect(!member.matches(["a": "v60000"] as Labels))
        #expect(member.labelRestrictions["a"]?.mustHaveOneOfValues?.count == 60_000)
    }
}

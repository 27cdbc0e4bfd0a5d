import Selectors
import TestSupport
import Testing

/// Laws of the language on random expressions; a failure prints the seed that repeats it.
@Suite struct SelectorPropertyTests {
    @Test(arguments: UInt64(1)...20) func spellingsMeanTheirTree(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        for _ in 0..<200 {
            let expression = generator.expression(depth: 4)
            let text = generator.text(of: expression)
            let selector = try Selector(parsing: text)
            #expect(selector.canonicalText == expression.canonical, "seed \(seed): \(text)")
            #expect(try Selector(parsing: selector.canonicalText) == selector, "seed \(seed): \(text)")
            for _ in 0..<8 {
                let labels = generator.labels()
                let object = Labels(labels.map { (key: $0.key, value: $0.value) })
                #expect(selector.matches(object) == expression.holds(labels), "seed \(seed): \(text) on \(labels)")
            }
        }
    }

    @Test(arguments: UInt64(1)...5) func prefixingRenamesEveryLabel(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        for _ in 0..<200 {
            let selector = try Selector(parsing: generator.expression(depth: 3).canonical)
            let prefixed = selector.prefixed("pcns.")
            #expect(prefixed.labelNames == selector.labelNames.map { "pcns." + $0 })
            let labels = generator.labels()
            let plain = Labels(labels.map { (key: $0.key, value: $0.value) })
            let renamed = Labels(labels.map { (key: "pcns." + $0.key, value: $0.value) })
            #expect(selector.matches(plain) == prefixed.matches(renamed), "seed \(seed): \(selector)")
        }
    }

    /// Whatever matches satisfies the restrictions.
    @Test(arguments: UInt64(1)...20) func restrictionsAreNecessary(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        var matched = 0
        for _ in 0..<200 {
            let selector = try Selector(parsing: generator.expression(depth: 3).canonical)
            for _ in 0..<8 {
                let labels = generator.labels()
                guard selector.matches(Labels(labels.map { (key: $0.key, value: $0.value) })) else { continue }
                matched += 1
                for (label, restriction) in selector.labelRestrictions {
                    let value = labels[label]
                    let holds =
                        (!restriction.mustBePresent || value != nil) && (!restriction.mustBeAbsent || value == nil)
                        && (restriction.mustHaveOneOfValues.map { $0.contains(value ?? "\u{0}") } ?? true)
                    #expect(holds, "seed \(seed): \(selector) on \(labels)")
                }
            }
        }
        #expect(matched > 100)
    }

    /// Damaged texts are selectors or errors with a column inside the text.
    @Test(arguments: UInt64(1)...10) func damagedTexts(seed: UInt64) {
        var generator = ExpressionGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var scalars = Array(generator.text(of: generator.expression(depth: 3)).unicodeScalars)
            let at = Int.random(in: 0..<scalars.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: scalars.remove(at: at)
            case 1: scalars.insert("(){}!=&|,'\"é\n% ".unicodeScalars.randomElement(using: &random) ?? "(", at: at)
            default: scalars.removeSubrange(at...)
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            do throws(SelectorError) {
                let selector = try Selector(parsing: text)
                _ = selector.matches(Labels())
            } catch {
                #expect((1...(scalars.count + 1)).contains(error.column), "seed \(seed): \(text)")
            }
        }
    }
}

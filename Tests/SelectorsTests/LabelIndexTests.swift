import Selectors
import TestSupport
import Testing

/// The index answers as a linear scan does, and asks few.
@Suite struct LabelIndexTests {
    /// Objects with labels of their own and inherited ones, which some of their own hide.
    private func objects(_ count: Int, _ generator: inout ExpressionGenerator) -> [EffectiveLabels] {
        func labels(_ generator: inout ExpressionGenerator) -> Labels {
            Labels(generator.labels().map { (key: $0.key, value: $0.value) })
        }
        let inheritances = (0..<4).map { number in
            EffectiveLabels.Inheritance((0..<number).map { _ in labels(&generator) })
        }
        return (0..<count).map { number in
            EffectiveLabels(own: labels(&generator), inheritance: inheritances[number % inheritances.count])
        }
    }

    private func scan(_ objects: [EffectiveLabels], _ selector: Selector) -> [Int32] {
        objects.indices.filter { selector.matches(objects[$0]) }.map { Int32($0) }
    }

    @Test(arguments: UInt64(1)...20) func answersAsALinearScan(seed: UInt64) throws {
        var generator = ExpressionGenerator(seed: seed)
        let objects = objects(60, &generator)
        let whole = LabelIndex(objects, labels: Set(ExpressionGenerator.labels))
        let partial = LabelIndex(objects, labels: ["a", "in"])
        var found = 0
        for _ in 0..<200 {
            let selector = try Selector(parsing: generator.expression(depth: 4).canonical)
            let expected = scan(objects, selector)
            #expect(whole.matches(selector) == expected, "seed \(seed): \(selector)")
            #expect(partial.matches(selector) == expected, "seed \(seed): \(selector)")
            found += expected.count
        }
        #expect(found > 500)
    }

    /// The traps of selectors: absent labels (T1), labels that an object's own hide (T46), bytewise comparison.
    @Test func trapsOfSelectors() throws {
        let namespace = EffectiveLabels.Inheritance([["pcns.env": "prod"], ["pcns.env": "late", "pcsa.name": "robot"]])
        let objects = [
            EffectiveLabels(own: ["a": "x"], inheritance: namespace),
            EffectiveLabels(own: ["a": "", "pcns.env": "own"], inheritance: namespace),
            EffectiveLabels(own: ["e\u{301}": "decomposed"], inheritance: .none),
            EffectiveLabels(own: ["a": "e\u{301}"], inheritance: .none),
        ]
        for text in [
            "a != 'x'", "a not in {'x'}", "!has(a)", "!(a == 'x')", "a == ''", "has(a)", "a in {}", "a not in {}",
            "pcns.env == 'prod'", "pcns.env == 'late'", "pcns.env == 'own'", "pcns.env != 'prod'", "has(pcsa.name)",
            "has(pcns.env) && !has(a)", "a == '\u{e9}'", "a == 'e\u{301}'", "a contains ''", "a ends with 'x'",
            "a starts with '' && pcns.env in {'own', 'prod'}", "all()", "!all()", "global()",
            "a == 'x' || pcns.env == 'own'", "a == 'x' || !has(pcns.env)", "!!has(a)", "has(a) && has(unheard.of)",
        ] {
            let selector = try Selector(parsing: text)
            var names: Set<String> = []
            selector.insertLabelNames(into: &names)
            let index = LabelIndex(objects, labels: names)
            #expect(index.matches(selector) == scan(objects, selector), "\(text)")
            #expect(LabelIndex(objects, labels: []).matches(selector) == scan(objects, selector), "\(text)")
        }
    }

    /// Counted work instead of seconds: how many objects are asked.
    @Test(arguments: [1_000, 10_000]) func aSelectorCostsItsRarestLabel(count: Int) throws {
        let namespaces = (0..<count / 10).map { number in
            EffectiveLabels.Inheritance([["pcns.name": "ns\(number)", "pcns.env": "prod"]])
        }
        let objects = (0..<count).map { number in
            EffectiveLabels(
                own: ["app": "app\(number)", "kind": "pod"], inheritance: namespaces[number % namespaces.count])
        }
        let index = LabelIndex(objects, labels: ["app", "kind", "pcns.name", "pcns.env"])
        for (text, cost) in [
            ("kind == 'pod' && app == 'app7'", 1),
            ("(kind == 'pod') && (pcns.name == 'ns5' && pcns.env == 'prod')", 10),
            ("app in {'app1', 'app2', 'nobody'}", 2), ("app == 'nobody' && kind == 'pod'", 0),
            ("app == 'app1' || pcns.name == 'ns2'", 11), ("kind == 'pod'", count), ("!has(app)", count),
            ("has(app) && !has(kind) && pcns.name == 'ns1'", 10), ("all()", count),
        ] {
            #expect(index.cost(of: try Selector(parsing: text)) == cost, "\(text)")
        }
    }
}

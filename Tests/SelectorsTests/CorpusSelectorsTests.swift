import Foundation
import Selectors
import TestSupport
import Testing

/// Cases of Calico's own selector tests, `felix/selectors.json` of the corpora.
private struct SelectorCorpus: Decodable {
    struct Case: Decodable {
        struct Restriction: Decodable {
            var mustBePresent: Bool
            var mustBeAbsent: Bool
            var mustHaveOneOfValues: [String]?
        }
        var kind: String
        var selector: String
        var valid: Bool?
        var labels: [String: String]?
        var expect: Bool?
        var canonical: String?
        var uniqueID: String?
        var prefix: String?
        var restrictions: [String: Restriction]?
    }
    var cases: [Case]
}

@Suite struct CorpusSelectorsTests {
    private static let file = Corpora.policies?.appending(path: "felix/selectors.json")

    @Test(.enabled(if: file != nil, "the corpora are absent: set DATAPLANE_CORPORA"))
    func everyCaseHolds() throws {
        let corpus = try JSONDecoder().decode(SelectorCorpus.self, from: Data(contentsOf: try #require(Self.file)))
        var passed = 0
        for test in corpus.cases {
            let holds = try check(test)
            #expect(holds, "\(test.kind): \(test.selector)")
            passed += holds ? 1 : 0
        }
        print("felix/selectors.json: \(passed) of \(corpus.cases.count) cases hold")
        #expect(!corpus.cases.isEmpty)
    }

    private func check(_ test: SelectorCorpus.Case) throws -> Bool {
        let selector = try? Selector(parsing: test.selector)
        switch test.kind {
        case "parse": return (selector != nil) == test.valid
        case "eval":
            let labels = Labels((test.labels ?? [:]).map { (key: $0.key, value: $0.value) })
            return selector?.matches(labels) == test.expect
        case "canonical":
            let canonical = try #require(test.canonical)
            let reparsed = try Selector(parsing: canonical)
            return selector?.canonicalText == canonical && reparsed.canonicalText == canonical
                && (test.uniqueID == nil || test.uniqueID == selector?.uniqueID)
        case "canonical-prefixed":
            return selector?.prefixed(test.prefix ?? "").canonicalText == test.canonical
        case "label-restrictions":
            let expected = (test.restrictions ?? [:]).mapValues {
                LabelRestriction(
                    mustBePresent: $0.mustBePresent, mustBeAbsent: $0.mustBeAbsent,
                    mustHaveOneOfValues: $0.mustHaveOneOfValues)
            }
            let guarded = try Selector(parsing: "all() && (\(test.selector.isEmpty ? "all()" : test.selector))")
            return selector?.labelRestrictions == expected && guarded.labelRestrictions == expected
        default: return false
        }
    }
}

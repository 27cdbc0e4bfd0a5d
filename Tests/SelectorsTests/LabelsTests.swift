import Selectors
import Testing

@Suite struct LabelsTests {
    @Test func laterPairsReplaceEarlierOnes() {
        let labels = Labels([(key: "b", value: "1"), (key: "a", value: "2"), (key: "b", value: "3")])
        #expect(labels.pairs.map(\.key) == ["a", "b"])
        #expect(labels["b"] == "3")
        #expect(labels["c"] == nil)
        #expect(labels == ["a": "2", "b": "3"])
        #expect(Labels().isEmpty)
    }

    @Test func keysAreComparedBytewise() {
        let labels = Labels([(key: "\u{e9}", value: "composed"), (key: "e\u{301}", value: "decomposed")])
        #expect(labels.pairs.count == 2)
        #expect(labels["\u{e9}"] == "composed")
        #expect(labels["e\u{301}"] == "decomposed")
        #expect(Labels([(key: "\u{212a}", value: "kelvin")])["K"] == nil)
        #expect(Labels([(key: "a", value: "\u{e9}")]) != Labels([(key: "a", value: "e\u{301}")]))
    }

    @Test func everyKeyIsFound() {
        for count in 0..<40 {
            let labels = Labels((0..<count).map { (key: "k\($0)", value: "v\($0)") })
            for index in 0..<count { #expect(labels["k\(index)"] == "v\(index)") }
            #expect(labels["k\(count)"] == nil)
        }
    }
}

@Suite struct LabelsOverLabelsTests {
    @Test func addedLabelsReplaceAndFindTheirPlaces() {
        let labels: Labels = ["b": "1", "d": "2"]
        let more = labels.adding(ascending: [
            (key: "a", value: "6"), (key: "b", value: "4"), (key: "c", value: "3"), (key: "e", value: "5"),
        ])
        #expect(more == ["a": "6", "b": "4", "c": "3", "d": "2", "e": "5"])
        #expect(more.pairs.map(\.key) == ["a", "b", "c", "d", "e"])
        #expect(labels.adding(ascending: []) == labels)
        #expect(labels.prefixed("p.") == ["p.b": "1", "p.d": "2"])
    }

    @Test func prefixesAreTakenAway() {
        let labels: Labels = ["pcns": "1", "pcns.": "2", "pcns.a": "3", "pcnsa": "4", "pcsa.b": "5", "z": "6"]
        #expect(labels.without(prefixes: ["pcns.", "pcsa."]).pairs.map(\.key) == ["pcns", "pcnsa", "z"])
        #expect(labels.without(prefixes: ["q."]) == labels)
    }
}

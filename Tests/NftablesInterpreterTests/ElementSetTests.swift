import TestSupport
import Testing

@testable import NftablesInterpreter

@Suite struct ElementSetTests {
    private func element(_ key: [UInt8], to end: [UInt8]? = nil, ends: Bool = false, _ name: UInt8)
        -> ElementSet.Element
    {
        ElementSet.Element(key: key, keyEnd: end, endsInterval: ends, value: .data([name]))
    }

    @Test func intervalsAreHalfOpenAndMayTouch() {
        // [10, 20) a, [20, 30) b, [250, end) c; the kernel lists them from the top, ends first.
        let set = ElementSet(
            kind: .intervals, keyLength: 1,
            elements: [
                element([250], 3), element([30], ends: true, 0), element([20], 2), element([20], ends: true, 0),
                element([10], 1), element([0], ends: true, 0),
            ], otherwise: nil)
        let expected: [(UInt8, UInt8?)] = [
            (0, nil), (9, nil), (10, 1), (19, 1), (20, 2), (29, 2), (30, nil), (249, nil), (250, 3), (255, 3),
        ]
        for (key, value) in expected { #expect(set.lookup([key]) == value.map { .data([$0]) }, "key \(key)") }
    }

    @Test func concatenatedRangesMatchEveryFieldAndSkipPadding() {
        let set = ElementSet(
            kind: .concatenatedRanges(fieldLengths: [2, 4]), keyLength: 8,
            elements: [
                element([0, 80, 0, 0, 10, 0, 0, 0], to: [0, 90, 0, 0, 10, 255, 255, 255], 1),
                element([0, 0, 0, 0, 10, 5, 0, 0], to: [255, 255, 0, 0, 10, 5, 255, 255], 2),
            ], otherwise: .data([9]))
        #expect(set.lookup([0, 85, 0, 0, 10, 1, 2, 3]) == .data([1]))
        #expect(set.lookup([0, 85, 7, 7, 10, 1, 2, 3]) == .data([1]))
        #expect(set.lookup([0, 91, 0, 0, 10, 5, 2, 3]) == .data([2]))
        #expect(set.lookup([0, 85, 0, 0, 10, 5, 2, 3]) == .data([1]), "the first added wins")
        #expect(set.lookup([0, 91, 0, 0, 10, 1, 2, 3]) == .data([9]))
    }

    @Test func intervalLookupEqualsALinearScan() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let bounds = Set((0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }).sorted()
            let ranges = stride(from: 0, to: bounds.count - 1, by: 2).map { (bounds[$0], bounds[$0 + 1]) }
            let elements = ranges.enumerated().flatMap { index, range in
                [element([range.0], UInt8(index)), element([range.1], ends: true, 0)]
            }
            let set = ElementSet(
                kind: .intervals, keyLength: 1, elements: elements.shuffled(using: &random), otherwise: nil)
            for key in UInt8.min...UInt8.max {
                let linear = ranges.firstIndex { $0.0 <= key && key < $0.1 }.map { ElementSet.Value.data([UInt8($0)]) }
                #expect(set.lookup([key]) == linear)
            }
        }
    }
}

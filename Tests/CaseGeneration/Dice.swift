import TestSupport

/// Random choices that depend on the seed alone.
struct Dice {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func bits() -> UInt64 { generator.next() }

    /// True in `percent` of 100 throws.
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    /// `choices` must not be empty.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[number(0...(choices.count - 1))] }

    /// `nil` when there is nothing to choose from.
    mutating func pickIfAny<Choice>(_ choices: [Choice]) -> Choice? { choices.isEmpty ? nil : pick(choices) }

    /// Distinct places of `choices`, as many as there are at most, in random order.
    mutating func some<Choice>(_ choices: [Choice], _ count: ClosedRange<Int>) -> [Choice] {
        Array(choices.shuffled(using: &generator).prefix(number(count)))
    }

    mutating func shuffled<Choice>(_ choices: [Choice]) -> [Choice] { choices.shuffled(using: &generator) }

    /// A choice as often as its weight says.
    mutating func weighted<Choice>(_ choices: [(weight: Int, choice: Choice)]) -> Choice {
        var throwLeft = number(1...choices.reduce(0) { $0 + $1.weight })
        for (weight, choice) in choices.dropLast() {
            throwLeft -= weight
            if throwLeft <= 0 { return choice }
        }
        return choices[choices.count - 1].choice
    }

    /// The value in `percent` of 100 throws, else none.
    mutating func maybe<Value>(_ percent: Int, _ value: (inout Dice) -> Value) -> Value? {
        chance(percent) ? value(&self) : nil
    }

    mutating func list<Value>(_ count: ClosedRange<Int>, _ value: (inout Dice) -> Value) -> [Value] {
        (0..<number(count)).map { _ in value(&self) }
    }
}

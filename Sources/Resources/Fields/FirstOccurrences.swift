/// Remembers what came with the first occurrence of each text. A few texts are compared one by one, which is faster than
/// hashing; many are hashed.
struct FirstOccurrences<Value> {
    private var few: [(text: String, value: Value)] = []
    private var many: [String: Value] = [:]

    private static var fewLimit: Int { 12 }

    /// What came with the first occurrence of `text`; `nil` when this is the first: then `value` is remembered.
    mutating func note(_ text: String, _ value: @autoclosure () -> Value) -> Value? {
        guard many.isEmpty else {
            if let first = many[text] { return first }
            many[text] = value()
            return nil
        }
        for entry in few where entry.text == text { return entry.value }
        few.append((text, value()))
        if few.count > Self.fewLimit {
            for entry in few { many[entry.text] = entry.value }
            few = []
        }
        return nil
    }
}

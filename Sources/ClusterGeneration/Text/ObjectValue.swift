/// One value of a manifest. Maps keep the order in which they were written; those of the API server are sorted.
indirect enum ObjectValue: Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([ObjectValue])
    case map([(key: String, value: ObjectValue)])

    static func texts(_ texts: [String]) -> ObjectValue { .list(texts.map { .text($0) }) }
}

extension ObjectValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .number(number) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

extension ObjectValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral items: ObjectValue...) { self = .list(items) }
    init(dictionaryLiteral entries: (String, ObjectValue)...) { self = .map(entries.map { (key: $0.0, value: $0.1) }) }
}

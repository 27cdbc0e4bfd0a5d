import CNftnl

/// Attributes of one expression, with errors that say which expression lacks what.
struct ExpressionAttributes {
    let name: String
    let place: String
    private let source: NftnlExpression

    init(_ source: NftnlExpression, at place: String) {
        self.source = source
        self.name = source.name
        self.place = place
    }

    func has(_ attribute: Int) -> Bool { source.data(UInt16(attribute)) != nil }

    /// A number in host order, 0 when absent.
    func number(_ attribute: Int) -> UInt32 { source.u32(UInt16(attribute)) ?? 0 }

    func optionalNumber(_ attribute: Int) -> UInt32? { source.u32(UInt16(attribute)) }

    /// A count of bytes, at most what all registers hold.
    func length(_ attribute: Int) throws(RulesetError) -> Int {
        let value = number(attribute)
        guard value > 0, value <= 64 else { throw unsupported("length \(value)") }
        return Int(value)
    }

    func text(_ attribute: Int) -> String? { source.text(UInt16(attribute)) }

    func bytes(_ attribute: Int, _ what: String) throws(RulesetError) -> [UInt8] {
        guard let value = source.data(UInt16(attribute)), !value.isEmpty, value.count <= 64 else {
            throw unsupported("missing or overlong \(what)")
        }
        return value
    }

    /// A register that `length` bytes fit into.
    func register(_ attribute: Int, holding length: Int) throws(RulesetError) -> Registers.Position {
        guard let number = optionalNumber(attribute),
            let position = Registers.Position(number: number, length: (length + 3) & ~3)
        else { throw unsupported("register \(number(attribute)) for \(length) bytes") }
        return position
    }

    func unsupported(_ what: String) -> RulesetError {
        .unsupported("expression '\(name)': \(what)", at: place)
    }
}

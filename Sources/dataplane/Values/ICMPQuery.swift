/// `--icmp-type TYPE[/CODE]`; the code is 0 if none is given.
struct ICMPQuery: Sendable, Hashable {
    let type: UInt8
    let code: UInt8

    static func decode(_ text: String) throws(UsageError) -> ICMPQuery {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { ValueDecoding.decimal($0, UInt8.self) }
        guard numbers.count == parts.count, let type = numbers.first else {
            throw UsageError("'\(text)' is not an ICMP type: 0 to 255, then /CODE if it matters")
        }
        return ICMPQuery(type: type, code: numbers.count > 1 ? numbers[1] : 0)
    }
}

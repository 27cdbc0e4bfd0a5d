import NetTypes

/// Names of sets: the kind's letter and half a SHA-1 of the members as text, a line each.
enum IPSetName {
    static func of(_ blocks: [IPPrefix]) -> String {
        name("a-", blocks.count) { index, text in blocks[index].write(to: &text) }
    }

    static func of(_ triples: [AddressPort]) -> String {
        name("p-", triples.count) { index, text in
            triples[index].address.write(to: &text)
            text += ",\(triples[index].proto.rawValue),\(triples[index].port)".utf8
        }
    }

    /// Of the patterns, since the members change.
    static func of(_ domains: DomainMembers) -> String {
        name("d-", domains.patterns.count) { index, text in text += domains.patterns[index].text.utf8 }
    }

    private static func name(_ kind: String, _ count: Int, line: (Int, inout [UInt8]) -> Void) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(count * 16)
        for index in 0..<count {
            if index > 0 { text.append(UInt8(ascii: "\n")) }
            line(index, &text)
        }
        var name = Array(kind.utf8)
        for byte in SecureHash.sha1(text).prefix(8) { name.appendHexadecimal(byte) }
        return String(decoding: name, as: UTF8.self)
    }
}

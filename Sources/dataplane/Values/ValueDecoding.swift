import NetTypes

/// Readers of option values, shared by the commands. Each says what it found and what it takes.
enum ValueDecoding {
    /// A Kubernetes namespace: an RFC 1123 label.
    static func namespace(_ text: String) throws(UsageError) -> String {
        guard isLabel(text) else {
            throw UsageError("'\(text)' is not a namespace: 1 to 63 of a-z, 0-9 and -, no - at either end")
        }
        return text
    }

    static func port(_ text: String) throws(UsageError) -> UInt16 {
        guard let port = decimal(text, UInt16.self) else {
            throw UsageError("'\(text)' is not a port: 0 to 65535")
        }
        return port
    }

    /// At least 1.
    static func count(_ text: String) throws(UsageError) -> UInt64 {
        guard let count = decimal(text, UInt64.self), count > 0 else {
            throw UsageError("'\(text)' is not a count: 1 or more")
        }
        return count
    }

    /// A name that Calico knows, in any case, or a number.
    static func ipProtocol(_ text: String) throws(UsageError) -> IPProtocol {
        if let number = decimal(text, UInt8.self) { return IPProtocol(number) }
        let lowercased = text.lowercased()
        if let known = IPProtocol.calicoNames.first(where: { $0.name.lowercased() == lowercased }) {
            return known.proto
        }
        throw UsageError("'\(text)' is not a protocol: \(protocolNames.joined(separator: ", ")), or 0 to 255")
    }

    static let protocolNames = IPProtocol.calicoNames.map { $0.name.lowercased() }

    /// Digits alone: no sign, no blanks.
    static func decimal<Number: FixedWidthInteger>(_ text: some StringProtocol, _: Number.Type) -> Number? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Number(text)
    }

    /// RFC 1123 label, as Kubernetes checks it.
    static func isLabel(_ text: String) -> Bool { text.utf8.count <= 63 && isDashed(text.utf8[...]) }

    /// RFC 1123 subdomain, as Kubernetes checks the names of most resources.
    static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy(isDashed)
    }

    /// One or more of a-z, 0-9 and `-`, with no `-` at either end.
    private static func isDashed(_ letters: Substring.UTF8View) -> Bool {
        let dash = UInt8(ascii: "-")
        guard let first = letters.first, let last = letters.last, first != dash, last != dash else { return false }
        return letters.allSatisfy { letter in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) || letter == dash
        }
    }
}

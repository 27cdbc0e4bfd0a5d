import ManifestReading
import NetTypes

/// A block as a manifest writes it.
struct WrittenBlock {
    let prefix: IPPrefix
    /// The prefix length in the family of the text: `::ffff:10.0.0.0/104` is an IPv4 block of length 104.
    let writtenLength: Int

    init(_ parsed: IPPrefix.Parsed, text: String) {
        prefix = parsed.prefix
        let isMapped = parsed.prefix.family == .v4 && text.contains(":")
        writtenLength = Int(parsed.prefix.length) + (isMapped ? 96 : 0)
    }

    /// Whether nothing but leading zeros of an octet keeps `text` from being an IPv4 block.
    static func failsByLeadingZeros(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, IPPrefix.parse(text) == nil else { return false }
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { octet in
            let digits = octet.drop { $0 == "0" }
            return digits.isEmpty && !octet.isEmpty ? "0" : digits
        }
        return IPPrefix.parse("\(octets.joined(separator: "."))/\(parts[1])") != nil
    }

    /// As the API server compares `cidr` and `except`: by the lengths as written.
    func isStrictSuperset(of other: WrittenBlock) -> Bool {
        prefix.contains(other.prefix.address) && writtenLength < other.writtenLength
    }
}

extension Field {
    /// `text` of this field as a block with prefix length; host bits are a warning.
    func block(_ text: String) -> WrittenBlock? {
        guard let parsed = IPPrefix.parse(text), parsed.hasLength else {
            if WrittenBlock.failsByLeadingZeros(text) { warning(.storedUnparsableBlock) }
            let hint = IPAddress(text).map { "write \($0)/\($0.family.bitWidth) for this one address" }
            error(.notABlock(text, hint: hint))
            return nil
        }
        if parsed.hasHostBits { warning(.hostBits(text, masked: parsed.prefix.description)) }
        return WrittenBlock(parsed, text: text)
    }

    /// `text` of this field as a block, masked, or as one address.
    func addressOrBlock(_ text: String) -> IPPrefix? {
        guard let prefix = IPPrefix(text) else {
            error(.notAnAddressOrBlock(text))
            return nil
        }
        return prefix
    }

    /// This field as one address without prefix length; `nil` when absent or empty.
    func address() -> IPAddress? {
        guard let text = nonEmptyString() else { return nil }
        return address(text)
    }

    /// `text` of this field as one address.
    func address(_ text: String) -> IPAddress? {
        guard let address = IPAddress(text) else {
            error(.notAnAddress(text))
            return nil
        }
        return address
    }
}

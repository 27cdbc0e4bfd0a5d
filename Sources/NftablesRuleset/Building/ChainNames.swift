import NetTypes

/// Hands out chain names: legal for nft and the kernel, each once.
struct ChainNames {
    /// The kernel takes 255 bytes (`NFT_CHAIN_MAXNAMELEN` - 1); room is left for a number behind.
    private static let maximumBytes = 240
    private var uses: [String: Int] = [:]
    private var taken: Set<String> = []

    /// `wanted` with other characters than `[A-Za-z0-9/_.-]` replaced by `_`, cut with a hash behind when too long,
    /// numbered from the second time on. `wanted` must begin with a letter.
    mutating func unique(_ wanted: String) -> String {
        let base = ChainNames.shortened(ChainNames.legal(wanted))
        var name = base
        var count = uses[base] ?? 1
        while !taken.insert(name).inserted {
            count += 1
            name = "\(base)-\(count)"
        }
        uses[base] = count
        return name
    }

    private static func legal(_ wanted: String) -> String {
        let bytes = wanted.utf8.map { isLegal($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > maximumBytes else { return name }
        return "\(name.prefix(maximumBytes - 17))-\(ContentName.hash(of: name))"
    }

    /// What nft's grammar takes behind the first letter of an identifier, the backslash left out.
    static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// Names derived from what they stand for.
enum ContentName {
    /// 16 hexadecimal digits.
    static func hash(of text: String) -> String {
        SecureHash.sha1(text.utf8).prefix(8).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    /// The parts themselves while they stay readable (`80_443_8000-8100`), else their hash.
    static func readable(_ parts: [String]) -> String {
        let text = parts.joined(separator: "_")
        return text.utf8.count <= 40 ? text : hash(of: text)
    }
}

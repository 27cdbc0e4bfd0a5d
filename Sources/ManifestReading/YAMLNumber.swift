/// A number as go-yaml v2 (kubectl's YAML reader, resolve.go) reads a plain scalar. Sexagesimal numbers are text there.
enum YAMLNumber: Equatable {
    case integer(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    /// An integer of more than 64 bits.
    case big
    case float(Double)

    /// `nil` for text that is no number. `text` is UTF-8; underscores are ignored after the first digit or sign.
    init?(_ text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        let first = text[0]
        guard first == UInt8(ascii: ".") || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || isDigit(first)
        else { return nil }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        for index in text.indices where first == UInt8(ascii: ".") || text[index] != UInt8(ascii: "_") {
            plain.append(text[index])
        }
        if first != UInt8(ascii: "."), let integer = Self.integer(plain[...]) {
            self = integer
        } else if let float = Self.float(plain) {
            self = .float(float)
        } else if first != UInt8(ascii: "."), Self.isBigRadixInteger(plain[...]) {
            self = .big
        } else {
            return nil
        }
    }

    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .big: .infinity
        case .float(let value): value
        }
    }

    // MARK: Integers

    /// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
    private static func integer(_ text: ArraySlice<UInt8>) -> YAMLNumber? {
        let (negative, magnitudeText) = splitSign(text)
        let (radix, digits) = splitRadix(magnitudeText)
        guard !digits.isEmpty, let magnitude = UInt64(String(decoding: digits, as: UTF8.self), radix: radix),
            digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
        else { return nil }
        if negative {
            if magnitude == UInt64(Int64.max) + 1 { return .integer(.min) }
            return Int64(exactly: magnitude).map { .integer(-$0) }
        }
        if let value = Int64(exactly: magnitude) { return .integer(value) }
        return magnitudeText.startIndex == text.startIndex ? .unsigned(magnitude) : nil
    }

    private static func splitSign(_ text: ArraySlice<UInt8>) -> (negative: Bool, rest: ArraySlice<UInt8>) {
        switch text.first {
        case UInt8(ascii: "-"): (true, text.dropFirst())
        case UInt8(ascii: "+"): (false, text.dropFirst())
        default: (false, text)
        }
    }

    /// `0b`, `0o`, `0x` and a leading `0` choose the base.
    private static func splitRadix(_ text: ArraySlice<UInt8>) -> (radix: Int, digits: ArraySlice<UInt8>) {
        guard text.first == UInt8(ascii: "0"), text.count > 1 else { return (10, text) }
        let rest = text.dropFirst()
        guard text.count > 2, let letter = rest.first else { return (8, rest) }
        switch letter | 0x20 {
        case UInt8(ascii: "b"): return (2, rest.dropFirst())
        case UInt8(ascii: "o"): return (8, rest.dropFirst())
        case UInt8(ascii: "x"): return (16, rest.dropFirst())
        default: return (8, rest)
        }
    }

    private static func isBigRadixInteger(_ text: ArraySlice<UInt8>) -> Bool {
        let (radix, digits) = splitRadix(splitSign(text).rest)
        return !digits.isEmpty
            && digits.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isASCII
                    && (Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false)
            }
    }

    // MARK: Floats

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` within the range of a double (go-yaml takes a number beyond
    /// it for text).
    private static func float(_ text: [UInt8]) -> Double? {
        var index = 0
        func digits() -> Int {
            let first = index
            while index < text.count, isDigit(text[index]) { index += 1 }
            return index - first
        }
        func take(_ characters: UInt8...) -> Bool {
            guard index < text.count, characters.contains(text[index]) else { return false }
            index += 1
            return true
        }
        _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
        let whole = digits()
        if take(UInt8(ascii: ".")) {
            let fraction = digits()
            guard whole + fraction > 0 else { return nil }
        } else {
            guard whole > 0 else { return nil }
        }
        if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
            guard digits() > 0 else { return nil }
        }
        guard index == text.count, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

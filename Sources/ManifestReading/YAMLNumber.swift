/// A number as go-yaml v2 (kubectl's YAML reader, resolve.go) reads a plain scalar. Sexagesimal numbers are text there.
enum YAMLNumber: Equatable {
    case integer(Int64)
    /// Above `Int64.max`.
    case unsigned(UInt64)
    /// An integer of more than 64 bits, written in base 2, 8 or 16.
    case big
    case float(Double)

    /// `nil` for text that is no number. `text` is UTF-8. Underscores are passed over, but not in text that begins with
    /// a dot.
    init?(_ text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        let first = text[0]
        guard first != UInt8(ascii: ".") else {
            guard let value = Self.float(text, underscores: false) else { return nil }
            self = .float(value)
            return
        }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || isDigit(first) else { return nil }
        let literal = IntegerLiteral(text)
        if let integer = literal.flatMap(Self.integer) {
            self = integer
        } else if let value = Self.float(text, underscores: true) {
            self = .float(value)
        } else if literal != nil {
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

    /// As Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`, which takes no sign; `nil` beyond 64 bits.
    private static func integer(_ literal: IntegerLiteral) -> YAMLNumber? {
        guard let magnitude = literal.magnitude else { return nil }
        if literal.isNegative {
            if magnitude == Int64.min.magnitude { return .integer(.min) }
            return Int64(exactly: magnitude).map { .integer(-$0) }
        }
        if let value = Int64(exactly: magnitude) { return .integer(value) }
        return literal.isSigned ? nil : .unsigned(magnitude)
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` within the range of a double (go-yaml takes a number beyond
    /// it for text).
    private static func float(_ text: Span<UInt8>, underscores: Bool) -> Double? {
        var cursor = NumberCursor(text, underscores: underscores)
        _ = cursor.take(text, UInt8(ascii: "+"), UInt8(ascii: "-"))
        let whole = cursor.takeDigits(text)
        let hasDot = cursor.take(text, UInt8(ascii: "."), UInt8(ascii: "."))
        let fraction = hasDot ? cursor.takeDigits(text) : 0
        guard whole + fraction > 0 else { return nil }
        if cursor.take(text, UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = cursor.take(text, UInt8(ascii: "+"), UInt8(ascii: "-"))
            guard cursor.takeDigits(text) > 0 else { return nil }
        }
        guard cursor.peek(text) == nil else { return nil }
        var plain = ""
        for index in text.indices where text[index] != UInt8(ascii: "_") {
            plain.unicodeScalars.append(Unicode.Scalar(text[index]))
        }
        return Double(plain).flatMap { $0.isFinite ? $0 : nil }
    }
}

/// An integer as written: a sign, `0b`, `0o`, `0x` or a leading `0` for the base, digits.
private struct IntegerLiteral {
    var isSigned = false
    var isNegative = false
    /// `nil` beyond 64 bits.
    var magnitude: UInt64? = 0

    init?(_ text: Span<UInt8>) {
        var cursor = NumberCursor(text, underscores: true)
        isNegative = cursor.peek(text) == UInt8(ascii: "-")
        isSigned = cursor.take(text, UInt8(ascii: "+"), UInt8(ascii: "-"))
        var radix: UInt64 = 10
        var digits = 0
        if cursor.take(text, UInt8(ascii: "0"), UInt8(ascii: "0")) {
            if cursor.take(text, UInt8(ascii: "b"), UInt8(ascii: "B")) {
                radix = 2
            } else if cursor.take(text, UInt8(ascii: "x"), UInt8(ascii: "X")) {
                radix = 16
            } else {
                radix = 8
                if !cursor.take(text, UInt8(ascii: "o"), UInt8(ascii: "O")) { digits = 1 }
            }
        }
        while let byte = cursor.peek(text) {
            guard let value = Self.value(ofDigit: byte), value < radix else { return nil }
            let (product, overflow) = (magnitude ?? 0).multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(value)
            magnitude = magnitude == nil || overflow || carry ? nil : sum
            digits += 1
            cursor.skip(text)
        }
        guard digits > 0 else { return nil }
    }

    private static func value(ofDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

/// A place in the bytes of a number. The bytes are passed to each call: a type can't hold a `Span` without experimental
/// features.
private struct NumberCursor {
    private let underscores: Bool
    private var index = 0

    init(_ text: Span<UInt8>, underscores: Bool) {
        self.underscores = underscores
        passUnderscores(text)
    }

    /// `nil` at the end.
    func peek(_ text: Span<UInt8>) -> UInt8? { index < text.count ? text[index] : nil }

    mutating func skip(_ text: Span<UInt8>) {
        index += 1
        passUnderscores(text)
    }

    /// Takes the next byte if it is one of two.
    mutating func take(_ text: Span<UInt8>, _ one: UInt8, _ other: UInt8) -> Bool {
        guard let byte = peek(text), byte == one || byte == other else { return false }
        skip(text)
        return true
    }

    /// Returns how many were taken.
    mutating func takeDigits(_ text: Span<UInt8>) -> Int {
        var count = 0
        while let byte = peek(text), isDigit(byte) {
            count += 1
            skip(text)
        }
        return count
    }

    private mutating func passUnderscores(_ text: Span<UInt8>) {
        while underscores, index < text.count, text[index] == UInt8(ascii: "_") { index += 1 }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

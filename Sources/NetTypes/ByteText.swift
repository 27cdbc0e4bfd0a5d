/// Numbers as ASCII, appended byte by byte: where a `String` for each would be most of the work.
extension [UInt8] {
    /// `0`…`255`
    public mutating func appendDecimal(_ number: UInt8) {
        if number >= 100 { append(UInt8(ascii: "0") + number / 100) }
        if number >= 10 { append(UInt8(ascii: "0") + number / 10 % 10) }
        append(UInt8(ascii: "0") + number % 10)
    }

    /// Two digits, lower case.
    public mutating func appendHexadecimal(_ byte: UInt8) {
        appendHexadecimalDigit(byte >> 4)
        appendHexadecimalDigit(byte & 15)
    }

    private mutating func appendHexadecimalDigit(_ digit: UInt8) {
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}

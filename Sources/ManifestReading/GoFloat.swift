/// Go's `strconv.FormatFloat(value, 'g', -1, 32)`, with which kubectl's reader makes a string of a key that is a float.
enum GoFloat {
    /// The shortest digits that give `value` back, as `1.5`, or `1e+06` when the exponent is below -4 or above 5.
    static func shortest(_ value: Float) -> String {
        guard value.isFinite else { return value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf" }
        guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
        let (digits, exponent) = decimalDigits(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if exponent < -4 || exponent >= 6 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let magnitude = exponent.magnitude
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(magnitude < 10 ? "0" : "")\(magnitude)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let wholeCount = exponent + 1
        guard digits.count > wholeCount else {
            return sign + digits + String(repeating: "0", count: wholeCount - digits.count)
        }
        return "\(sign)\(digits.prefix(wholeCount)).\(digits.dropFirst(wholeCount))"
    }

    /// Significant digits without zeros at the ends, and the exponent of the first one. Reads them off Swift's
    /// description, which is shortest too: `12.5`, `1e+20`, `1.5e-07`.
    private static func decimalDigits(_ value: Float) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        exponent += mantissa[0].count - 1
        var digits = mantissa.joined()[...]
        while digits.count > 1 && digits.first == "0" {
            digits = digits.dropFirst()
            exponent -= 1
        }
        while digits.count > 1 && digits.last == "0" { digits = digits.dropLast() }
        return (String(digits), exponent)
    }
}

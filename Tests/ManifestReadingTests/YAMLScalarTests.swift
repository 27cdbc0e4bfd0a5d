import Diagnostics
import ManifestReading
import Testing

/// Types of plain scalars as go-yaml v2 resolves them (resolve.go and its tests' facts).
@Suite struct YAMLScalarTests {
    private func type(_ text: String) -> Node.ScalarType? { read("- \(text)\n").tree.documents.first?.elements.map(\.scalarType)[0] }

    @Test(arguments: ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
    func trueWords(text: String) {
        #expect(type(text) == .bool)
        #expect(read("- \(text)\n").tree.documents[0].elements.map(\.boolValue) == [true])
    }

    @Test(arguments: ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
    func falseWords(text: String) {
        #expect(type(text) == .bool)
        #expect(read("- \(text)\n").tree.documents[0].elements.map(\.boolValue) == [false])
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL"]) func nulls(text: String) { #expect(type(text) == .null) }

    @Test(arguments: [
        ("0", 0), ("12", 12), ("-12", -12), ("+12", 12), ("1_000", 1000), ("0b101", 5), ("-0b101", -5), ("0o17", 15),
        ("017", 15), ("0x1F", 31), ("0X1f", 31), ("-0x10", -16), ("00", 0), ("9223372036854775807", .max),
        ("-9223372036854775808", .min),
    ] as [(String, Int64)])
    func integers(text: String, value: Int64) {
        #expect(type(text) == .integer)
        #expect(read("- \(text)\n").tree.documents[0].elements.map(\.integerValue) == [value])
    }

    @Test(arguments: ["18446744073709551615", "0xFFFFFFFFFFFFFFFFFF"]) func wideIntegers(text: String) {
        #expect(type(text) == .integer)
        #expect(read("- \(text)\n").tree.documents[0].elements.map(\.integerValue) == [nil])
    }

    @Test(arguments: [
        ("1.5", 1.5), ("1e3", 1000), ("1E-3", 0.001), (".5", 0.5), ("-.5", -0.5), ("1.", 1), ("08", 8), ("0_9", 9),
        ("1_0.5", 10.5), ("18446744073709551616", 18446744073709551616), ("+1.5e+3", 1500),
    ])
    func floats(text: String, value: Double) {
        #expect(type(text) == .float)
        #expect(read("- \(text)\n").tree.documents[0].elements.map(\.doubleValue) == [value])
    }

    @Test(arguments: [
        "yEs", "YeS", "tRUE", "nULL", "oN", "nO", "1:30", "190:20:30", "2001-12-14", "2001-12-14t21:59:43.10-05:00",
        "1e999", "0x", "0b2", "0o8", "1.2.3", "10.0.0.0/8", "10.0.0.1", "-", "+", ".", "..", "1e", "e3", "_1", "0xg", "--1",
        "+-1", "0x-1", "1-2", ".e3", "._5", ".Nan", ".nAN", "+.nan", "infinity", "nan", "a", "yess", "nil", "1 2", "fe80::1",
        "١", "é", "=",
    ])
    func strings(text: String) { #expect(type(text) == .string) }

    @Test func signedInfinitiesAndNaN() {
        for text in [".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN"] {
            #expect(read("- \(text)\n").diagnostics.map(\.id) == ["non-finite-number"], "\(text)")
        }
    }
}

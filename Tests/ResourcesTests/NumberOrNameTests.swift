import NetTypes
import Testing

@testable import Resources

struct NumberOrNameTests {
    @Test(arguments: [
        ("80", PortText.range(80...80)), ("1:65535", .range(1...65535)), ("0:10", .range(0...10)),
        ("http", .name("http")),
        ("80-90", .name("80-90")), ("90:80", .reversedRange(first: 90, last: 80)), ("65536", .unreadable),
        ("80:", .unreadable), (":80", .unreadable), ("1:2:3", .unreadable), ("", .unreadable), ("8 0", .unreadable),
        ("my_port.x", .name("my_port.x")),
    ])
    func portTexts(_ text: String, _ expected: PortText) { #expect(PortText.parse(text) == expected) }

    @Test func portNamesHaveALimit() {
        #expect(PortText.parse(String(repeating: "a", count: 128)) != .unreadable)
        #expect(PortText.parse(String(repeating: "a", count: 129)) == .unreadable)
    }

    private static let protocols: [(String, ProtocolReference, IPProtocol?)] = [
        ("TCP", .name("TCP"), .tcp), ("tcp", .name("tcp"), nil), ("6", .number(6), .tcp), ("0", .number(0), nil),
        ("255", .number(255), IPProtocol(255)), ("256", .name("256"), nil), ("", .name(""), nil),
        ("+6", .name("+6"), nil),
    ]

    @Test(arguments: protocols)
    func protocolTexts(_ text: String, _ reference: ProtocolReference, _ proto: IPProtocol?) {
        #expect(ProtocolReference(text: text) == reference)
        #expect(ProtocolReference(text: text).proto == proto)
    }

    @Test func onlyNamesImplyAFamily() {
        #expect(ProtocolReference.name("ICMP").impliedFamily == .v4)
        #expect(ProtocolReference.name("ICMPv6").impliedFamily == .v6)
        #expect(ProtocolReference.number(1).impliedFamily == nil)
        #expect(ProtocolReference.number(58).impliedFamily == nil)
    }
}

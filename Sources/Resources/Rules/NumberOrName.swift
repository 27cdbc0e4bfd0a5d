import ManifestReading
import NetTypes

/// `protocol` of a Calico rule or endpoint port before validation (numorstring.Protocol): digits in quotes are a
/// number.
enum ProtocolReference: Hashable {
    case number(UInt8)
    case name(String)

    /// Digits up to 255 are a number, everything else a name.
    init(text: String) {
        let isDigits = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        self = (isDigits ? UInt8(text) : nil).map { .number($0) } ?? .name(text)
    }

    /// `nil` when absent, or (reported) of another type or out of the range of a byte.
    static func decode(_ field: Field) -> ProtocolReference? {
        guard let node = field.node else { return nil }
        switch node.scalarType {
        case .string: return ProtocolReference(text: node.text)
        case .integer, .float:
            return field.integer(in: 0...255, otherwise: { .protocolNumber($0) }).map { .number(UInt8($0)) }
        default:
            field.error(.wrongType(node, expected: "the name or number of a protocol"))
            return nil
        }
    }

    /// The protocol, if it is one of Calico's names or a number but 0.
    var proto: IPProtocol? {
        switch self {
        case .number(let number): number == 0 ? nil : IPProtocol(number)
        case .name(let name): IPProtocol(calicoName: name)
        }
    }

    /// `ICMP` and `ICMPv6` imply the IP version, the numbers 1 and 58 don't (calico.md 3.1).
    var impliedFamily: IPFamily? {
        switch self {
        case .name("ICMP"): .v4
        case .name("ICMPv6"): .v6
        default: nil
        }
    }

    var printed: String {
        switch self {
        case .number(let number): "\(number)"
        case .name(let name): Finding.quoted(name)
        }
    }
}

/// The text of a port of a Calico rule before validation (numorstring.Port), as calicoctl parses it: that ports count
/// from 1 and that names are Kubernetes port names is checked later.
enum PortText: Hashable {
    case range(ClosedRange<UInt16>)
    case reversedRange(first: UInt16, last: UInt16)
    case name(String)
    case unreadable

    /// Digits, `a:b`, or 1–128 of `[a-zA-Z0-9_.-]`.
    static func parse(_ text: String) -> PortText {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(isDigits) else {
            let isName = (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
            return isName ? .name(text) : .unreadable
        }
        guard let first = UInt16(parts[0]), let last = UInt16(parts[parts.count - 1]) else { return .unreadable }
        return first <= last ? .range(first...last) : .reversedRange(first: first, last: last)
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        APIName.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }
}

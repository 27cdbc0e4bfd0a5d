import ManifestReading
import NetTypes

/// A port field of a Kubernetes object: a number or a name (intstr.IntOrString). A string of digits is a name.
enum PortReference: Hashable {
    case number(Int)
    case name(String)

    /// `nil` when absent, or (reported) of another type.
    static func decode(_ field: Field) -> PortReference? {
        guard let node = field.node else { return nil }
        switch node.scalarType {
        case .string: return .name(node.text)
        case .integer, .float: return field.integer().map { .number($0) }
        default:
            field.error(.wrongType(node, expected: "a port number or the name of a port"))
            return nil
        }
    }

    /// What to do about a name that is no name.
    static func hint(for name: String) -> String? {
        if !name.isEmpty, name.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return "a number in quotes is taken for a name: write \(name) without quotes"
        }
        return name.contains(":") || name.dropFirst().contains("-") && name.utf8.allSatisfy { $0 < 0x3a }
            ? "a range is written as port and endPort" : nil
    }
}

extension Field {
    /// A transport port 1…65535.
    func portNumber() -> UInt16? {
        integer(in: 1...65535, otherwise: { .notBetween($0, 1...65535) }).flatMap { UInt16(exactly: $0) }
    }

    /// The protocol of a container, service or endpoint port; TCP when absent or empty.
    func portProtocol() -> IPProtocol? {
        guard let text = isPresent ? string() : "" else { return nil }
        guard !text.isEmpty else { return .tcp }
        if let proto = IPProtocol(calicoName: text), proto.allowsPortMatch { return proto }
        error(.unsupportedValue(text, allowed: ["SCTP", "TCP", "UDP"]))
        return nil
    }

    /// A port's own name; `nil` when absent or empty.
    func portName() -> String? {
        guard let name = nonEmptyString() else { return nil }
        for problem in APIName.portNameProblems(name).prefix(1) { error(.invalidValue(name, problem)) }
        return name
    }
}

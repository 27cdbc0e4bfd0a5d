/// Wordings of the API server for single values (field.Error of k8s.io/apimachinery).
extension Finding {
    /// `value` as it should be printed: quoted already if it is text.
    static func invalidValue(printed value: String, _ reason: String, hint: String? = nil) -> Finding {
        Finding("invalid-value", "Invalid value: \(value): \(reason)", hint: hint)
    }

    static func invalidValue(_ text: String, _ reason: String, hint: String? = nil) -> Finding {
        invalidValue(printed: quoted(text), reason, hint: hint)
    }

    static func required(_ reason: String = "") -> Finding {
        Finding("required-value", reason.isEmpty ? "Required value" : "Required value: \(reason)")
    }

    static func forbidden(_ reason: String, hint: String? = nil) -> Finding {
        Finding("forbidden", "Forbidden: \(reason)", hint: hint)
    }

    static func unsupportedValue(_ text: String, allowed: [String], hint: String? = nil) -> Finding {
        let nearest = NearestName.of(text, among: allowed).map { "did you mean \($0)?" }
        return Finding(
            "unsupported-value",
            "Unsupported value: \(quoted(text)): supported values: \(allowed.map(quoted).joined(separator: ", "))",
            hint: hint ?? (text.isEmpty ? nil : nearest))
    }

    static func duplicateValue(_ text: String) -> Finding {
        Finding("duplicate-value", "Duplicate value: \(quoted(text))")
    }

    static func tooMany(_ count: Int, limit: Int) -> Finding {
        Finding("too-many", "Too many: \(count): must have at most \(limit) items")
    }

    static func tooFew() -> Finding { Finding("too-few", "Invalid value: 0: should have at least 1 items") }

    static func tooLong(limit: Int) -> Finding {
        Finding("too-long", "Too long: may not be more than \(limit) bytes")
    }

    static func notBetween(_ value: Int, _ range: ClosedRange<Int>) -> Finding {
        invalidValue(printed: "\(value)", "must be between \(range.lowerBound) and \(range.upperBound), inclusive")
    }

    static func notAnAddress(_ text: String) -> Finding {
        invalidValue(text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
    }

    static func notABlock(_ text: String, hint: String? = nil) -> Finding {
        invalidValue(text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)", hint: hint)
    }

    /// `CalicoQuirk.unparsableBlock`, where it can come from.
    static let storedUnparsableBlock = Finding(
        "calico-quirk-unparsable-block",
        "API servers of old store leading zeros, which Calico cannot read: it takes such a cidr for any address, and "
            + "drops such an except with all that follow it; here the object is refused",
        hint: "write the block without leading zeros")

    /// A block whose address has bits behind the prefix length, where the API (still) takes it.
    static func hostBits(_ text: String, masked: String) -> Finding {
        Finding(
            "host-bits",
            "\(quoted(text)) has bits set behind its prefix length: it is read as \(masked), and refused for new "
                + "objects since Kubernetes 1.36",
            hint: "write \(masked)")
    }
}

/// The API server's rules for names, label keys and label values (k8s.io/apimachinery, util/validation), with its
/// texts. Each check gives the reasons why a text is refused; none when it is fine. Lengths are in bytes.
enum APIName {
    static let subdomainLimit = 253
    static let labelLimit = 63

    /// RFC 1123 subdomain: lower-case labels joined by dots, 253 bytes in all.
    static func subdomainProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > subdomainLimit { problems.append("must be no more than \(subdomainLimit) bytes") }
        if !isSubdomain(text) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \(ends)"
            )
        }
        return problems
    }

    /// RFC 1123 label: one part of a subdomain, 63 bytes.
    static func labelProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > labelLimit { problems.append("must be no more than \(labelLimit) bytes") }
        if !isDNSLabel(text.utf8) {
            problems.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', \(ends)"
            )
        }
        return problems
    }

    /// Whether `text` is made of DNS labels joined by single dots, whatever its length.
    static func isSubdomain(_ text: String) -> Bool { isSubdomain(text.utf8) }

    private static func isSubdomain(_ text: some Collection<UInt8>) -> Bool {
        var previous = UInt8(ascii: ".")
        for byte in text {
            switch byte {
            case UInt8(ascii: "."): guard isLowerAlphanumeric(previous) else { return false }
            case UInt8(ascii: "-"): guard previous != UInt8(ascii: ".") else { return false }
            default: guard isLowerAlphanumeric(byte) else { return false }
            }
            previous = byte
        }
        return isLowerAlphanumeric(previous)
    }

    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
    static func isDNSLabel(_ text: some Collection<UInt8>) -> Bool {
        isFramed(text, ends: isLowerAlphanumeric) { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether `qualifiedNameProblems` finds nothing; in one pass.
    static func isQualifiedName(_ text: String) -> Bool {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return text.utf8.count <= labelLimit && isNamePart(text.utf8)
        }
        let (prefix, name) = (text.utf8[..<slash], text.utf8[text.utf8.index(after: slash)...])
        return prefix.count <= subdomainLimit && isSubdomain(prefix) && name.count <= labelLimit && isNamePart(name)
    }

    /// Key of a label or annotation: `[prefix/]name`, the prefix a subdomain, the name at most 63 of `[-A-Za-z0-9_.]`.
    static func qualifiedNameProblems(_ text: String) -> [String] {
        if text.utf8.count <= labelLimit, isNamePart(text.utf8) { return [] }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            return ["a valid label key \(nameShape) with an optional DNS subdomain prefix and '/'"]
        }
        var problems: [String] = []
        if parts.count == 2 {
            if parts[0].isEmpty {
                problems.append("prefix part must be non-empty")
            } else {
                problems += subdomainProblems(String(parts[0])).map { "prefix part \($0)" }
            }
        }
        let name = parts[parts.count - 1]
        if name.isEmpty {
            problems.append("name part must be non-empty")
        } else if name.utf8.count > labelLimit {
            problems.append("name part must be no more than \(labelLimit) bytes")
        }
        if !isNamePart(name.utf8) { problems.append("name part \(nameShape)") }
        return problems
    }

    /// Value of a label: empty, or at most 63 of `[-A-Za-z0-9_.]` with alphanumeric ends.
    static func labelValueProblems(_ text: String) -> [String] {
        var problems: [String] = []
        if text.utf8.count > labelLimit { problems.append("must be no more than \(labelLimit) bytes") }
        if !text.isEmpty, !isNamePart(text.utf8) {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \(ends)"
            )
        }
        return problems
    }

    /// Name of a port (IANA_SVC_NAME): 1–15 of `[-a-z0-9]`, a letter, no hyphen at the ends or doubled.
    static func portNameProblems(_ text: String) -> [String] {
        let hyphen = UInt8(ascii: "-")
        if isDNSLabel(text.utf8), text.utf8.count <= 15, text.utf8.contains(where: isLowerLetter),
            !hasDoubledHyphen(text.utf8)
        {
            return []
        }
        var problems: [String] = []
        let bytes = Array(text.utf8)
        if bytes.count > 15 { problems.append("must be no more than 15 characters") }
        if !bytes.allSatisfy({ isLowerAlphanumeric($0) || $0 == hyphen }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: isLowerLetter) {
            problems.append("must contain at least one letter (a-z)")
        }
        if hasDoubledHyphen(text.utf8) { problems.append("must not contain consecutive hyphens") }
        if bytes.first == hyphen || bytes.last == hyphen { problems.append("must not begin or end with a hyphen") }
        return problems
    }

    // MARK: Characters

    private static let ends = "and must start and end with an alphanumeric character"
    private static let nameShape = "must consist of alphanumeric characters, '-', '_' or '.', \(ends)"

    /// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
    private static func isNamePart(_ text: some Collection<UInt8>) -> Bool {
        isFramed(text, ends: isAlphanumeric) {
            isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
    }

    private static func isFramed(
        _ text: some Collection<UInt8>, ends: (UInt8) -> Bool, inside: (UInt8) -> Bool
    ) -> Bool {
        var last: UInt8?
        for byte in text {
            guard last == nil ? ends(byte) : inside(byte) else { return false }
            last = byte
        }
        return last.map(ends) ?? false
    }

    private static func hasDoubledHyphen(_ text: some Collection<UInt8>) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: "-") && $1 == UInt8(ascii: "-") }
    }

    private static func isLowerLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }

    static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

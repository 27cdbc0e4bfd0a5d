/// An entry of `destination.domains`: a domain name, or one with wildcards.
///
/// `*` stands for one or more whole labels: `*.example.com` is `a.example.com` and `a.b.example.com`, but not
/// `example.com`; `www.*.com` is `www.example.com`.
public struct DomainPattern: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Normalized.
    public let text: String
    private let labels: [Substring]

    /// `nil` where `problem(with:)` finds one.
    public init?(_ text: String) {
        guard DomainPattern.problem(with: text) == nil else { return nil }
        self.text = DomainName.normalized(text)
        labels = self.text.split(separator: ".")
    }

    /// What keeps `text` from being a pattern; `nil` when it is one. A pattern of wildcards alone is none: it would be
    /// every name.
    public static func problem(with text: String) -> String? {
        if let problem = DomainName.problem(with: text, allowsWildcard: true) { return problem }
        let isBare = DomainName.normalized(text).split(separator: ".").allSatisfy { $0 == "*" }
        return isBare ? "has no label beside its wildcards" : nil
    }

    public var isWildcard: Bool { labels.contains("*") }

    /// Whether it is a pattern of this name, which is normalized. O(labels of both).
    public func matches(_ name: String) -> Bool {
        guard isWildcard else { return name == text }
        let names = name.split(separator: ".", omittingEmptySubsequences: false)
        return matches(names)
    }

    /// Goes back to the last wildcard alone: giving an earlier one more labels can't help.
    private func matches(_ names: [Substring]) -> Bool {
        var (label, index) = (0, 0)
        var retry: (label: Int, index: Int)?
        while index < names.count {
            if label < labels.count, labels[label] == "*" {
                retry = (label + 1, index + 1)
                (label, index) = (label + 1, index + 1)
            } else if label < labels.count, labels[label] == names[index] {
                (label, index) = (label + 1, index + 1)
            } else if let last = retry {
                (label, index) = (last.label, last.index + 1)
                retry = (label, index)
            } else {
                return false
            }
        }
        return label == labels.count
    }

    public var description: String { text }
    public static func < (a: DomainPattern, b: DomainPattern) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}

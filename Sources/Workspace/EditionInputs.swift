import Diagnostics
import NetTypes
public import Resources

/// Whose API the manifests are of, and what that edition needs beside them.
public struct EditionInputs: Sendable, Hashable {
    public var edition: Edition
    /// A file that maps domain names to addresses; `nil`: none are known.
    public var mapping: String?
    /// Whether names that stay without address are worth a warning: not where answers may follow.
    public var warnsOfUnknownNames = true

    public init(_ edition: Edition = .opensource, mapping: String? = nil) {
        self.edition = edition
        self.mapping = mapping
    }
}

/// Names of rules without any address.
enum UnknownDomains {
    /// A warning where each such name is written: what names it matches nothing.
    static func warnings(_ snapshot: ClusterSnapshot, _ table: DomainTable) -> [Diagnostic] {
        let entries = snapshot.calicoPolicies.flatMap(\.egress).flatMap(\.destination.domains)
        return entries.filter { table.records(of: [$0.value]).isEmpty }.map { entry in
            Diagnostic(
                .warning, "unknown-domain", at: entry.location,
                "no address known for \(entry.value): it matches nothing",
                hint: "map it to addresses in a file and name that by --domains")
        }
    }
}

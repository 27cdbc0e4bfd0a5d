public import Diagnostics
public import NetTypes
import Resources

/// Which policies count as enforced.
public enum Staging: Sendable, Hashable {
    /// As their kinds say.
    case asWritten
    /// The staged ones, too: what the cluster becomes when they are carried out.
    case allEnforced
    /// None: what would be if every policy were only staged.
    case allStaged
}

/// A staged policy of action Delete (calico.md 1.6).
public struct StagedDeletion: Sendable, Hashable {
    /// Of the staged object.
    public var name: PolicyName
    public var location: SourceLocation

    public init(name: PolicyName, location: SourceLocation) {
        self.name = name
        self.location = location
    }

    static func all(_ snapshot: ClusterSnapshot) -> [StagedDeletion] {
        snapshot.kubernetesPolicies.filter { $0.stagedAction == .delete }.map {
            StagedDeletion(name: KubernetesPolicyConversion.name(of: $0), location: $0.meta.location)
        }
            + snapshot.calicoPolicies.filter { $0.stagedAction == .delete }.map {
                StagedDeletion(name: PolicyResolution.name(of: $0), location: $0.meta.location)
            }
    }
}

extension ResolvedCluster {
    /// What is odd about the staged policies themselves. Of the cluster as written.
    func stagingFindings(_ staging: Staging) -> [Diagnostic] {
        let known = stagedDeletions.isEmpty ? [] : Set(tiers.flatMap { $0.policies.map(\.name) })
        let pointless = stagedDeletions.filter { $0.name.enforcedForm.map { !known.contains($0) } ?? true }
        let findings = pointless.map { deletion in
            Diagnostic(
                .warning, "staged-delete", at: deletion.location, field: "spec.stagedAction",
                "\(deletion.name) deletes \(deletion.name.enforcedForm ?? deletion.name), which is not among the "
                    + "inputs: enforcing it changes nothing")
        }
        guard staging == .allEnforced, stagedDeletions.isEmpty,
            !tiers.contains(where: { $0.policies.contains(where: \.isStaged) })
        else {
            return findings
        }
        return findings + [
            Diagnostic(.note, "nothing-staged", at: nil, "no policy is staged: the enforced ones alone decide")
        ]
    }
}

import Diagnostics
import ManifestReading
import Resources

/// Inputs that say too little to be meant so.
enum EmptyInputs {
    /// A directory whose files hold no resource; inputs that hold none at all. What could not be read is no matter of
    /// emptiness.
    static func errors(
        _ files: ManifestSource, _ manifests: [ReadManifest], _ sources: inout SourceMap
    ) -> [Diagnostic] {
        let isEmpty = manifests.map { $0.tree.documents.isEmpty && $0.diagnostics.isEmpty }
        let empty = files.directories.filter { !$0.inputs.isEmpty && isEmpty[$0.inputs].allSatisfy(\.self) }
        if !empty.isEmpty {
            return empty.map { directory in
                let place = SourceLocation(file: sources.add(directory.path), line: 0, column: 0)
                return Diagnostic(.error, "no-resources", at: place, "no resource in this directory")
            }
        }
        guard files.diagnostics.isEmpty, isEmpty.allSatisfy(\.self) else { return [] }
        return [Diagnostic(.error, "no-resources", at: nil, "the inputs hold no resource")]
    }

    /// Resources without a policy: every pod is open. Where there are errors, those say more.
    static func warnings(_ snapshot: ClusterSnapshot, besides found: [Diagnostic]) -> [Diagnostic] {
        guard !found.hasErrors, snapshot.kubernetesPolicies.isEmpty, snapshot.calicoPolicies.isEmpty,
            snapshot.clusterPolicies.isEmpty
        else { return [] }
        return [
            Diagnostic(.warning, "no-policies", at: nil, "no policy among the inputs: nothing isolates any pod")
        ]
    }
}

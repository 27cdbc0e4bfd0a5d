import Diagnostics

/// What an object means in manifests that are read as a planned change: their policies count as staged, so that today's
/// verdicts stay, and a preview shows what the change would do.
enum PlannedChange {
    /// The object as its staged kind.
    case policy(DecodedObject, KindDefinition)
    /// A policy that Calico has no staged kind for.
    case noStagedKind
    /// No policy: taken as it is.
    case other

    init(_ object: DecodedObject) {
        switch object {
        case .calicoPolicy(var policy):
            policy.stagedAction = policy.stagedAction ?? .set
            self = .policy(.calicoPolicy(policy), policy.isGlobal ? .stagedGlobalNetworkPolicy : .stagedNetworkPolicy)
        case .kubernetesPolicy(var policy):
            policy.stagedAction = policy.stagedAction ?? .set
            self = .policy(.kubernetesPolicy(policy), .stagedKubernetesNetworkPolicy)
        case .clusterPolicy: self = .noStagedKind
        case .namespace, .serviceAccount, .pod, .workload, .node, .service, .endpointSlice, .tier, .networkSet,
            .profile,
            .workloadEndpoint, .hostEndpoint, .felixConfiguration, .ipPool, .bgpConfiguration:
            self = .other
        }
    }
}

/// Objects of a planned change that are no policies.
struct PlannedObjects {
    private struct Tally {
        var count = 0
        var first: SourceLocation?

        mutating func add(_ location: SourceLocation) {
            count += 1
            first = first ?? location
        }
    }

    private var added = Tally()
    private var known = Tally()

    /// An object that nothing else defines.
    mutating func add(_ location: SourceLocation) { added.add(location) }

    /// An object that is defined already.
    mutating func leaveOut(_ location: SourceLocation) { known.add(location) }

    var diagnostics: [Diagnostic] {
        [
            added.count > 0 ? diagnostic(.note, .plannedObjects(added.count), added) : nil,
            known.count > 0 ? diagnostic(.warning, .plannedDuplicates(known.count), known) : nil,
        ].compactMap { $0 }
    }

    private func diagnostic(_ severity: Diagnostic.Severity, _ finding: Finding, _ tally: Tally) -> Diagnostic {
        Diagnostic(severity, finding.id, at: tally.first, finding.message, hint: finding.hint)
    }
}

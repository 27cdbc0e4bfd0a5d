/// Whose projectcalico.org/v3 the manifests are written for.
public enum Edition: String, CaseIterable, Sendable, Hashable {
    case opensource
    /// Calico Enterprise and Calico Cloud: `destination.domains` is a field.
    case enterprise
}

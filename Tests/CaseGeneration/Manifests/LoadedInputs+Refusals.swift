public import Diagnostics
public import Workspace

extension LoadedInputs {
    /// Errors of validation.
    public var refusals: [Diagnostic] {
        diagnostics.filter { $0.severity == .error }
    }
}

public import Diagnostics
public import Workspace

extension LoadedInputs {
    /// Errors of validation, but for host endpoints: their addresses, labels and ports are evaluated, which is what is
    /// generated here, their hooks are not yet.
    public var refusals: [Diagnostic] {
        diagnostics.filter { $0.severity == .error && $0.id != "not-evaluated-yet" }
    }
}

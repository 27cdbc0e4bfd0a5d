import Resources
import Workspace

/// Whose API the manifests are of, and the addresses of domain names: options of every command that compiles.
struct EditionOptions: Sendable, Equatable {
    let edition: Edition
    /// A mapping file, or `-`.
    let mapping: String?

    static let editionOption = ValueOption<Edition>.choice(
        "edition", nil, "EDITION", default: .opensource,
        help: "Whose projectcalico.org/v3 it is: enterprise has destination.domains")
    static let domains = ValueOption<String>(
        "domains", nil, ValueShape(name: "FILE", completion: .file),
        help: "Addresses of domain names, as YAML or JSON: {NAME: [ADDRESS, {address: ADDRESS, ttl: SECONDS}]}")
    static let rows = [editionOption.row, domains.row]

    /// - Parameter inputs: what else the command reads, for standard input.
    init(_ arguments: ParsedArguments, beside inputs: [String]) throws(UsageError) {
        edition = try arguments.value(of: Self.editionOption) ?? .opensource
        mapping = try arguments.value(of: Self.domains)
        guard mapping != "" else { throw UsageError("--domains: the name is empty") }
        guard mapping == nil || edition == .enterprise else {
            throw UsageError("--domains: open-source Calico knows no domains", hint: "add --edition enterprise")
        }
        guard mapping != "-" || !inputs.contains("-") else {
            throw UsageError("standard input can be read only once: --domains - is not the only one that takes it")
        }
    }

    var inputs: EditionInputs { EditionInputs(edition, mapping: mapping) }
}

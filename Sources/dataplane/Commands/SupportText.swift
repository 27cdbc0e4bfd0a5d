import Diagnostics
import Resources

/// The table of kinds and fields, `docs/support.md` and `dataplane show support`.
enum SupportText {
    static var markdown: String {
        ([head] + sections.map(section) + [foot]).joined(separator: "\n")
    }

    private static let head = """
        # What is supported

        Written by `dataplane show support` (`make docs`) out of the schemas that the decoders work by; a test compares.

        - **supported**: evaluated wherever it matters.
        - **reported**: a warning where it stands says what it does, or does not do.
        - **refused**: an error where it stands; the object then contributes nothing.
        - **no effect**: cannot change a verdict. *(checked)*: a wrong value still refuses the object.

        `metadata` is alike for all kinds: name, namespace, labels and annotations are checked, and used where Calico uses them.
        Items of a list have the path of their list.

        """

    private static let foot = """
        ## Everything else

        - Fields that are not listed: refused below the `spec` of policies, tiers and sets, where leaving one out would widen or
          narrow a rule; elsewhere reported.
        - Other kinds: no policy, left aside, and counted in a note. A kind that is written almost like one of the above, or like one
          of them in a group that never had it (`extensions/v1beta1` NetworkPolicy), is refused as no such kind.
        - Limits of rate and number (`qos.projectcalico.org/` annotations of pods): reported, not emulated.
        - Layer 7 (`http`): the rule is matched on its other fields, and reported.
        - Domain names: no field of open-source Calico; refused, but for those of an AdminNetworkPolicy, whose rule fails closed.

        """

    /// Kinds with the very same fields share a section.
    private static var sections: [[KindSupport]] {
        var sections: [[KindSupport]] = []
        for kind in SupportTable.kinds {
            if let index = sections.firstIndex(where: { $0[0].fields == kind.fields }) {
                sections[index].append(kind)
            } else {
                sections.append([kind])
            }
        }
        return sections
    }

    private static func section(_ kinds: [KindSupport]) -> String {
        var lines = ["## \(title(kinds))", ""]
        for kind in kinds {
            let versions = kind.apiVersions.map { "`\($0)`" }.joined(separator: ", ")
            let scope = kind.isNamespaced ? "namespaced" : "cluster-wide"
            lines.append("- \(kind.kind) of \(versions), \(scope). With an error, \(kind.refusal).")
        }
        lines.append("")
        let fields = kinds[0].fields
        let rows = fields.compactMap { field in cells(field.state).map { (field.path, $0) } }
        if !rows.isEmpty {
            lines += ["| field | state | |", "| --- | --- | --- |"]
            lines += rows.map { path, cells in "| `\(path)` | \(cells.state) | \(escaped(cells.note)) |" }
            lines.append("")
        }
        lines += list("No effect *(checked)*", fields) { $0 == .noEffect(isChecked: true) }
        lines += list("No effect", fields) { $0 == .noEffect(isChecked: false) }
        return lines.joined(separator: "\n")
    }

    /// The kinds, each once; with the API group where two sections are about kinds of one name.
    private static func title(_ kinds: [KindSupport]) -> String {
        let names = kinds.map(\.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return names.map { name in
            let isAmbiguous = sections.count { $0.contains { $0.kind == name } } > 1
            let group = kinds[0].apiVersions[0].split(separator: "/").dropLast().first ?? "core"
            return isAmbiguous ? "\(name) (\(group))" : name
        }.joined(separator: ", ")
    }

    /// `nil` of fields without effect, which are too many for rows of their own.
    private static func cells(_ state: FieldSupport.State) -> (state: String, note: String)? {
        switch state {
        case .supported: ("supported", "")
        case .noEffect: nil
        case .reported(let text): ("reported", text)
        case .refused(nil, let reason): ("refused", reason)
        case .refused(let harmless?, let reason): ("refused unless `\(harmless)`", reason)
        }
    }

    private static func list(
        _ title: String, _ fields: [FieldSupport], where condition: (FieldSupport.State) -> Bool
    ) -> [String] {
        var members: [(parent: String, names: [String])] = []
        for path in fields.filter({ condition($0.state) }).map(\.path) {
            let parts = path.split(separator: ".")
            let parent = parts.dropLast().joined(separator: ".")
            if members.last?.parent != parent { members.append((parent, [])) }
            members[members.count - 1].names.append(String(parts[parts.count - 1]))
        }
        guard !members.isEmpty else { return [] }
        let texts = members.map { parent, names in
            (parent.isEmpty ? "" : "of `\(parent)`: ") + names.joined(separator: ", ")
        }
        return ["\(title): \(texts.joined(separator: "; ")).", ""]
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }

    // MARK: JSON

    static var json: String {
        let kinds = SupportTable.kinds.map { kind in
            let versions = kind.apiVersions.map(JSONText.quoted).joined(separator: ",")
            let fields = kind.fields.map(json).joined(separator: ",\n    ")
            return "  {\"apiVersions\":[\(versions)],\"kind\":\(JSONText.quoted(kind.kind)),"
                + "\"namespaced\":\(kind.isNamespaced),\"fields\":[\n    \(fields)\n  ]}"
        }
        return "[\n\(kinds.joined(separator: ",\n"))\n]\n"
    }

    private static func json(_ field: FieldSupport) -> String {
        let (state, note): (String, String?) =
            switch field.state {
            case .supported: ("supported", nil)
            case .noEffect: ("no effect", nil)
            case .reported(let text): ("reported", text)
            case .refused(_, let reason): ("refused", reason)
            }
        var parts = ["\"path\":\(JSONText.quoted(field.path))", "\"state\":\(JSONText.quoted(state))"]
        if let note { parts.append("\"note\":\(JSONText.quoted(note))") }
        if case .refused(let harmless?, _) = field.state { parts.append("\"unless\":\(JSONText.quoted(harmless))") }
        return "{\(parts.joined(separator: ","))}"
    }
}

import Diagnostics
import PolicyIR

/// The table of Calico's known faults, `docs/quirks.md` and `dataplane show quirks`.
enum QuirkText {
    static var markdown: String {
        ([head] + CalicoQuirk.all.map(section)).joined(separator: "\n")
    }

    private static let head = """
        # Where Calico itself departs

        Written by `dataplane show quirks` (`make docs`) out of the program's own table; a test compares.

        These are known faults of Calico's own nftables dataplane: a real node of today does otherwise than the policy says. Verdicts
        here follow the policy. Whatever reads manifests warns, under the name of the fault, at every place that runs into one: of a
        policy only if one of the inputs' endpoints has it (or the inputs hold no endpoint at all), since Felix writes no others.

        """

    private static func section(_ quirk: CalicoQuirk) -> String {
        """
        ## \(quirk.id)

        **\(capitalized(quirk.name)).** \(capitalized(quirk.behaviour)).

        Instead: \(quirk.remedy).

        Source: \(quirk.source).

        """
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    static var json: String {
        let quirks = CalicoQuirk.all.map { quirk in
            let fields = [
                ("id", quirk.id), ("name", quirk.name), ("behaviour", quirk.behaviour), ("remedy", quirk.remedy),
                ("source", quirk.source),
            ]
            return "  {\(fields.map { "\"\($0.0)\":\(JSONText.quoted($0.1))" }.joined(separator: ","))}"
        }
        return "[\n\(quirks.joined(separator: ",\n"))\n]\n"
    }
}

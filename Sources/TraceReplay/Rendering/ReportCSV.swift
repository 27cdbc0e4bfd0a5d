import Explain
import NetTypes

/// The report as one table: a line per count, told apart by the first column.
///
/// `section`: `frames`, `verdict`, `state`, `decision`, `denied-flow`, `undecided-flow`, `pair`, `reason`, `loss`; when
/// rules name domains, `domain`; when something is staged, `staged-verdict` and `staged-change`, too. The other columns
/// are empty where they say nothing about a section.
public enum ReportCSV {
    public static let columns = [
        "section", "packets", "verdict", "state", "reason", "direction", "tier", "policy", "rule", "source", "profile",
        "protocol", "from", "to", "firstFrame", "endpoint", "detail",
    ]

    public static func render(_ report: ReplayReport) -> String {
        let columns = columns + (report.staged == nil ? [] : stagedColumns)
        var text = CSVText.line(columns)
        func add(_ section: String, _ packets: Int, _ cells: [String: String]) {
            var cells = cells
            cells["section"] = section
            cells["packets"] = "\(packets)"
            text += CSVText.line(columns.map { cells[$0] ?? "" })
        }
        add("frames", report.capture.frames, ["detail": report.capture.end.word])
        if report.copies > 0 { add("frames", report.copies, ["detail": "copies"]) }
        for verdict in ReplayVerdict.allCases { add("verdict", report.verdicts[verdict], ["verdict": verdict.word]) }
        for state in report.states { add("state", state.packets, ["state": state.state]) }
        for count in report.decisions { add("decision", count.packets, cells(count.decision)) }
        for flow in report.deniedFlows {
            for denial in flow.denials {
                var cells = cells(denial.decision).merging(self.cells(flow.flow)) { old, _ in old }
                cells["firstFrame"] = "\(flow.firstFrame)"
                add("denied-flow", denial.packets, cells)
            }
        }
        for flow in report.undecidedFlows {
            var cells = cells(flow.flow)
            cells["verdict"] = ReplayVerdict.undecided.word
            cells["firstFrame"] = "\(flow.firstFrame)"
            cells["reason"] = flow.reason
            cells["detail"] = flow.backends.map { "\($0.name)=\($0.verdict.word)" }.joined(separator: ";")
            add("undecided-flow", flow.packets, cells)
        }
        for pair in report.pairs {
            let ends = ["from": pair.source, "to": pair.destination]
            for (verdict, packets) in [("allow", pair.allow), ("deny", pair.deny), ("undecided", pair.undecided)]
            where packets > 0 {
                add("pair", packets, ends.merging(["verdict": verdict]) { old, _ in old })
            }
        }
        for count in report.reasons {
            add(
                "reason", count.packets,
                ["verdict": count.verdict.word, "reason": count.reason, "firstFrame": "\(count.firstFrame)"])
        }
        for row in DomainRendering.csvRows(report) { add("domain", row.packets, row.cells) }
        for (what, count) in losses(report) where count > 0 { add("loss", count, ["detail": what]) }
        for line in report.staged.map(stagedLines) ?? [] { add(line.section, line.packets, line.cells) }
        return text
    }

    static func losses(_ report: ReplayReport) -> [(String, Int)] {
        [
            ("forgottenFlows", report.losses.forgottenFlows),
            ("evictedDatagrams", report.losses.evictedDatagrams),
            ("rowsReleasedEarly", report.losses.rowsReleasedEarly),
            ("unlistedDenied", report.unlistedDenied),
            ("unlistedUndecided", report.unlistedUndecided),
            ("unlistedPairs", report.unlistedPairs),
            ("forgottenStagedFlows", report.losses.forgottenStagedFlows),
            ("unlistedStaged", report.staged?.unlisted ?? 0),
        ]
    }

    static func cells(_ decision: Decision) -> [String: String] {
        [
            "verdict": decision.verdict.word,
            "reason": decision.code.rawValue,
            "direction": decision.direction?.word ?? "",
            "tier": decision.tier ?? "",
            "policy": decision.policies.map(\.description).joined(separator: ";"),
            "rule": decision.rule.map(String.init) ?? "",
            "source": decision.sources.joined(separator: ";"),
            "profile": decision.profile ?? "",
            "endpoint": decision.endpoint ?? "",
        ]
    }

    static func cells(_ flow: NamedFlow) -> [String: String] {
        ["protocol": flow.protocolText, "from": flow.source, "to": flow.destinationText]
    }
}

import Explain
import NetTypes

extension ReportText {
    /// What the staged policies would change, policy by policy.
    static func staged(_ report: StagedReport, _ limit: Int) -> String {
        let packets = report.changedPackets == 1 ? "1 packet" : "\(report.changedPackets) packets"
        let flows = report.changedFlows == 1 ? "1 flow" : "\(report.changedFlows) flows"
        let verdicts = ReplayVerdict.allCases.filter { report.verdicts[$0] > 0 }
            .map { "\($0.word) \(report.verdicts[$0])" }.joined(separator: ", ")
        var text =
            "Staged policies would change \(packets) of \(flows): "
            + "would deny \(report.changes.deny), would allow \(report.changes.allow)"
        text += verdicts.isEmpty ? "\n" : "; verdicts then: \(verdicts)\n"
        for group in report.groups { text += "\n" + lines(group, limit) }
        if !report.unfelt.isEmpty {
            text += "\n  without effect on this trace: \(report.unfelt.map(\.description).joined(separator: ", "))\n"
        }
        return text + overflow(report.unlisted, "changed")
    }

    private static func lines(_ group: StagedReport.Group, _ limit: Int) -> String {
        let names = group.policies.map(\.description).joined(separator: ", ")
        let places = group.sources.joined(separator: ", ")
        let head =
            group.policies.isEmpty ? "by no policy of its own: connection tracking differs" : "\(names) (\(places))"
        var table = TextTable([
            ("frame", .right), ("packets", .right), ("from", .left), ("to", .left), ("protocol", .left), ("", .left),
            ("verdict", .left), ("decided by", .left),
        ])
        for flow in group.flows.prefix(limit) {
            guard let change = flow.changes.first else { continue }
            table.append([
                "\(flow.firstFrame)", "\(flow.packets)", flow.flow.source, flow.flow.destinationText,
                flow.flow.protocolText, "now", change.now.verdict.word, why(change.now),
            ])
            table.append(["", "", "", "", "", "staged", change.staged.verdict.word, why(change.staged)])
        }
        let left = group.flows.count - limit
        return "  \(head)\n\(table.text)" + (left > 0 ? "  … and \(left) more (-o json or csv lists all)\n" : "")
    }

    private static func why(_ side: StagedReport.Side) -> String {
        side.decision.map { "\($0.code.rawValue) \(withPlaces($0))" } ?? side.reason ?? ""
    }
}

extension ReportJSON {
    static func staged(_ report: StagedReport) -> JSONValue {
        .object([
            ("changedPackets", .number(report.changedPackets)),
            ("changedFlows", .number(report.changedFlows)),
            ("changes", counts(report.changes)),
            ("verdicts", counts(report.verdicts)),
            ("groups", .list(report.groups.map(group))),
            ("unfelt", .list(report.unfelt.map { .text($0.description) })),
        ])
    }

    private static func counts(_ counts: VerdictCounts) -> JSONValue {
        .object(ReplayVerdict.allCases.map { ($0.word, .number(counts[$0])) })
    }

    private static func group(_ group: StagedReport.Group) -> JSONValue {
        .object([
            ("policies", .list(group.policies.map { .text($0.description) })),
            ("sources", .list(group.sources.map { .text($0) })),
            ("packets", .number(group.packets)),
            ("flows", .list(group.flows.map(flow))),
        ])
    }

    private static func flow(_ flow: StagedReport.Flow) -> JSONValue {
        let changes = flow.changes.map { change in
            JSONValue.object([
                ("packets", .number(change.packets)), ("now", side(change.now)), ("staged", side(change.staged)),
            ])
        }
        return .object(
            [("firstFrame", .number(flow.firstFrame)), ("packets", .number(flow.packets))] + fields(flow.flow)
                + [("changes", .list(changes))])
    }

    private static func side(_ side: StagedReport.Side) -> JSONValue {
        let verdict: [(String, JSONValue?)] = [("verdict", .text(side.verdict.word))]
        if let decision = side.decision {
            return .object(verdict + fields(decision).filter { $0.0 != "verdict" })
        }
        return .object(verdict + [("reason", JSONValue(side.reason))])
    }
}

extension ReportCSV {
    /// Behind the others, when something is staged. `stagedBy` names the policies that a change is put down to.
    static let stagedColumns = [
        "stagedVerdict", "stagedReason", "stagedDirection", "stagedTier", "stagedPolicy", "stagedRule", "stagedSource",
        "stagedProfile", "stagedEndpoint", "stagedBy",
    ]

    struct Line {
        var section: String
        var packets: Int
        var cells: [String: String]
    }

    static func stagedLines(_ report: StagedReport) -> [Line] {
        var lines = ReplayVerdict.allCases.map { verdict in
            Line(
                section: "staged-verdict", packets: report.verdicts[verdict], cells: ["stagedVerdict": verdict.word])
        }
        for group in report.groups {
            let policies = group.policies.map(\.description).joined(separator: ";")
            for flow in group.flows {
                for change in flow.changes {
                    var cells = cells(flow.flow).merging(words(change.now)) { old, _ in old }
                    for (name, word) in words(change.staged) { cells[stagedName(name)] = word }
                    cells["firstFrame"] = "\(flow.firstFrame)"
                    cells["stagedBy"] = policies
                    lines.append(Line(section: "staged-change", packets: change.packets, cells: cells))
                }
            }
        }
        return lines
    }

    private static func words(_ side: StagedReport.Side) -> [String: String] {
        var words = side.decision.map(cells) ?? ["reason": side.reason ?? ""]
        words["verdict"] = side.verdict.word
        return words
    }

    /// `stagedTier` for `tier`.
    private static func stagedName(_ column: String) -> String {
        "staged" + column.prefix(1).uppercased() + column.dropFirst()
    }
}

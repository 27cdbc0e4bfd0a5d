import Explain
import NetTypes

/// The report for people.
public enum ReportText {
    /// Rows shown of each list unless asked for all.
    public static let defaultRowLimit = 200

    /// - Parameter rowLimit: longest list shown; what is left out is said.
    public static func render(_ report: ReplayReport, rowLimit: Int = defaultRowLimit) -> String {
        [
            summary(report),
            report.staged.map { staged($0, rowLimit) } ?? "",
            decisions(report, rowLimit),
            deniedFlows(report, rowLimit),
            undecidedFlows(report, rowLimit),
            DomainRendering.text(report, rowLimit),
            pairs(report, rowLimit),
            reasons(report),
            notes(report),
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func summary(_ report: ReplayReport) -> String {
        let capture = report.capture
        var lines = ["\(capture.path): \(frames(capture.frames)), link type \(capture.linkType)"]
        if capture.framesFiltered > 0 { lines[0] += ", \(capture.framesFiltered) more rejected by the filter" }
        if let message = capture.end.message { lines.append("warning: \(message)") }
        var table = TextTable([("", .left), ("frames", .right), ("", .right)])
        for verdict in ReplayVerdict.allCases where report.verdicts[verdict] > 0 || verdict != .undecided {
            let count = report.verdicts[verdict]
            table.append([verdict.word, "\(count)", share(count, of: capture.frames)])
        }
        if report.copies > 0 {
            table.append(["copies", "\(report.copies)", share(report.copies, of: capture.frames)])
        }
        let states = report.states.map { "\($0.state) \($0.packets)" }.joined(separator: ", ")
        return lines.joined(separator: "\n") + "\n\n" + table.text + (states.isEmpty ? "" : "\n  states: \(states)\n")
    }

    private static func decisions(_ report: ReplayReport, _ limit: Int) -> String {
        var table = TextTable([("packets", .right), ("verdict", .left), ("reason", .left), ("decided by", .left)])
        for count in report.decisions.prefix(limit) {
            let decision = count.decision
            table.append([
                "\(count.packets)", decision.verdict.word, decision.code.rawValue,
                withPlaces(decision),
            ])
        }
        return section("Decisions", table, left: report.decisions.count - limit)
    }

    private static func deniedFlows(_ report: ReplayReport, _ limit: Int) -> String {
        var table = TextTable([
            ("frame", .right), ("packets", .right), ("from", .left), ("to", .left), ("protocol", .left),
            ("denied by", .left),
        ])
        for flow in report.deniedFlows.prefix(limit) {
            table.append([
                "\(flow.firstFrame)", "\(flow.packets)", flow.flow.source, flow.flow.destinationText,
                flow.flow.protocolText, flow.denials.first.map { withPlaces($0.decision) } ?? "",
            ])
        }
        return section("Denied flows", table, left: report.deniedFlows.count - limit)
            + overflow(report.unlistedDenied, "denied")
    }

    private static func undecidedFlows(_ report: ReplayReport, _ limit: Int) -> String {
        var table = TextTable([
            ("frame", .right), ("packets", .right), ("from", .left), ("to", .left), ("protocol", .left),
            ("undecided because", .left),
        ])
        for flow in report.undecidedFlows.prefix(limit) {
            let backends = flow.backends.map { "\($0.name) \($0.verdict.word)" }.joined(separator: ", ")
            table.append([
                "\(flow.firstFrame)", "\(flow.packets)", flow.flow.source, flow.flow.destinationText,
                flow.flow.protocolText, backends.isEmpty ? flow.reason : "\(flow.reason): \(backends)",
            ])
        }
        return section("Undecided flows", table, left: report.undecidedFlows.count - limit)
            + overflow(report.unlistedUndecided, "undecided")
    }

    private static func pairs(_ report: ReplayReport, _ limit: Int) -> String {
        var table = TextTable([
            ("from", .left), ("to", .left), ("allow", .right), ("deny", .right), ("undecided", .right),
        ])
        for pair in report.pairs.prefix(limit) {
            table.append([pair.source, pair.destination, "\(pair.allow)", "\(pair.deny)", "\(pair.undecided)"])
        }
        return section("Pairs", table, left: report.pairs.count - limit) + overflow(report.unlistedPairs, "judged")
    }

    private static func reasons(_ report: ReplayReport) -> String {
        var table = TextTable([
            ("frames", .right), ("verdict", .left), ("reason", .left), ("first frame", .right),
        ])
        for count in report.reasons {
            table.append(["\(count.packets)", count.verdict.word, count.reason, "\(count.firstFrame)"])
        }
        return section("Without verdict", table, left: 0)
    }

    private static func notes(_ report: ReplayReport) -> String {
        var notes: [String] = []
        let losses = report.losses
        if losses.forgottenFlows > 0 {
            notes.append(
                "\(losses.forgottenFlows) connections were forgotten because there were too many: "
                    + "later packets of theirs may be judged as new or invalid")
        }
        if losses.forgottenStagedFlows > 0 {
            notes.append(
                "the preview of the staged policies forgot \(losses.forgottenStagedFlows) connections likewise")
        }
        if losses.evictedDatagrams > 0 {
            notes.append("\(losses.evictedDatagrams) fragmented datagrams were given up because there were too many")
        }
        if losses.rowsReleasedEarly > 0 {
            notes.append(
                "\(losses.rowsReleasedEarly) rows of fragments were listed as undecided before their datagram was whole"
            )
        }
        return notes.map { "note: \($0)\n" }.joined()
    }

    static func section(_ title: String, _ table: TextTable, left: Int) -> String {
        guard !table.isEmpty else { return "" }
        return "\(title)\n\n\(table.text)" + (left > 0 ? "  … and \(left) more (-o json or csv lists all)\n" : "")
    }

    static func overflow(_ packets: Int, _ what: String) -> String {
        packets > 0 ? "  … and \(packets) more \(what) packets beyond the limit of this list\n" : ""
    }

    static func withPlaces(_ decision: Decision) -> String {
        // The sentence itself names the place of a single rule.
        guard decision.code == .endOfTierDrop, !decision.sources.isEmpty else { return decision.text }
        return "\(decision.text) (\(decision.sources.joined(separator: ", ")))"
    }

    private static func frames(_ count: Int) -> String { count == 1 ? "1 frame" : "\(count) frames" }

    private static func share(_ count: Int, of total: Int) -> String {
        guard total > 0 else { return "" }
        let tenths = (count * 1000 + total / 2) / total
        return "\(tenths / 10).\(tenths % 10) %"
    }
}

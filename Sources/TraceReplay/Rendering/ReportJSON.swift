import Explain
import NetTypes

/// The report for programs: `kind: ReplayReport` of `apiVersion: dataplane/v1`. Within v1 fields are only added.
public enum ReportJSON {
    /// A document ended by a line end.
    public static func render(_ report: ReplayReport) -> String {
        JSONValue.object([
            ("apiVersion", .text("dataplane/v1")),
            ("kind", .text("ReplayReport")),
            ("capture", capture(report.capture)),
            (
                "verdicts",
                .object(
                    ReplayVerdict.allCases.map { ($0.word, .number(report.verdicts[$0])) })
            ),
            ("copies", .number(report.copies)),
            ("states", .object(report.states.map { ($0.state, .number($0.packets)) })),
            (
                "decisions",
                .list(
                    report.decisions.map { count in
                        .object([("packets", .number(count.packets))] + fields(count.decision))
                    })
            ),
            ("deniedFlows", .rows(report.deniedFlows.count) { denied(report.deniedFlows[$0]) }),
            ("undecidedFlows", .rows(report.undecidedFlows.count) { undecided(report.undecidedFlows[$0]) }),
            ("pairs", .rows(report.pairs.count) { pair(report.pairs[$0]) }),
            ("reasons", .list(report.reasons.map(reason))),
            ("domains", DomainRendering.json(report)),
            ("losses", .object(ReportCSV.losses(report).map { ($0.0, .number($0.1)) })),
            ("staged", report.staged.map(ReportJSON.staged)),
        ]).rendered() + "\n"
    }

    private static func capture(_ capture: ReplayReport.CaptureSummary) -> JSONValue {
        .object([
            ("path", .text(capture.path)),
            ("linkType", .text(capture.linkType)),
            ("frames", .number(capture.frames)),
            ("framesFiltered", .number(capture.framesFiltered)),
            ("end", .text(capture.end.word)),
            ("message", JSONValue(capture.end.message)),
        ])
    }

    static func fields(_ decision: Decision) -> [(String, JSONValue?)] {
        [
            ("verdict", .text(decision.verdict.word)),
            ("reason", .text(decision.code.rawValue)),
            ("direction", JSONValue(decision.direction?.word)),
            ("endpoint", JSONValue(decision.endpoint)),
            ("tier", JSONValue(decision.tier)),
            ("policies", .list(decision.policies.map { .text($0.description) })),
            ("rule", JSONValue(decision.rule)),
            ("profile", JSONValue(decision.profile)),
            ("sources", .list(decision.sources.map { .text($0) })),
            ("text", .text(decision.text)),
        ]
    }

    static func fields(_ flow: NamedFlow) -> [(String, JSONValue?)] {
        let label = flow.label
        return [
            ("from", .text(flow.source)),
            ("to", .text(flow.destination)),
            ("source", .text("\(label.source)")),
            ("destination", .text("\(label.destination)")),
            ("protocol", .text("\(label.proto)")),
            ("port", JSONValue(label.port.map { Int($0) })),
            ("icmpType", JSONValue(label.icmp.map { Int($0.type) })),
            ("icmpCode", JSONValue(label.icmp.map { Int($0.code) })),
        ]
    }

    private static func denied(_ flow: ReplayReport.DeniedFlow) -> JSONValue {
        .object(
            [("firstFrame", .number(flow.firstFrame)), ("packets", .number(flow.packets))]
                + fields(flow.flow)
                + [
                    (
                        "denials",
                        .list(
                            flow.denials.map { denial in
                                .object([("packets", .number(denial.packets))] + fields(denial.decision))
                            })
                    )
                ])
    }

    private static func undecided(_ flow: ReplayReport.UndecidedFlow) -> JSONValue {
        let backends = flow.backends.map { backend in
            JSONValue.object([
                ("name", .text(backend.name)),
                ("verdict", .text(backend.verdict.word)),
                ("decision", backend.decision.map { .object(fields($0)) }),
            ])
        }
        return .object(
            [("firstFrame", .number(flow.firstFrame)), ("packets", .number(flow.packets))]
                + fields(flow.flow) + [("reason", .text(flow.reason)), ("backends", .list(backends))])
    }

    private static func pair(_ pair: ReplayReport.PairCount) -> JSONValue {
        .object([
            ("from", .text(pair.source)), ("to", .text(pair.destination)), ("allow", .number(pair.allow)),
            ("deny", .number(pair.deny)), ("undecided", .number(pair.undecided)),
        ])
    }

    private static func reason(_ count: ReplayReport.ReasonCount) -> JSONValue {
        .object([
            ("reason", .text(count.reason)), ("verdict", .text(count.verdict.word)),
            ("firstFrame", .number(count.firstFrame)), ("frames", .number(count.packets)),
        ])
    }
}

import NetTypes

/// The part of the reports that is about domain names.
enum DomainRendering {
    /// Empty when no rule names any.
    static func text(_ report: ReplayReport, _ limit: Int) -> String {
        guard let domains = report.domains else { return "" }
        var table = TextTable([("frame", .right), ("packets", .right), ("verdict", .left), ("because", .left)])
        for use in domains.uses.prefix(limit) {
            table.append(["\(use.firstFrame)", "\(use.packets)", use.verdict.word, "\(use.evidence)"])
        }
        let list =
            table.isEmpty
            ? ""
            : "Domain names\n\n\(table.text)"
                + (domains.uses.count > limit
                    ? "  … and \(domains.uses.count - limit) more (-o json lists all)\n" : "")
        return list + notes(domains).map { "note: \($0)\n" }.joined()
    }

    private static func notes(_ domains: DomainReport) -> [String] {
        var notes = domains.unanswered.map { "no address known for \($0): nothing in the trace answered for it" }
        if domains.forgottenAddresses > 0 {
            notes.append(
                "\(domains.forgottenAddresses) addresses of domain names were forgotten because there were too many: "
                    + "later packets to them may be denied wrongly")
        }
        if domains.brokenAnswers > 0 {
            notes.append("\(domains.brokenAnswers) DNS answers make no sense: nothing was taken from them")
        }
        if domains.oversizedAnswers > 0 {
            notes.append("\(domains.oversizedAnswers) DNS answers have too many addresses: only some were taken")
        }
        if domains.unlistedPackets > 0 {
            notes.append("\(domains.unlistedPackets) more packets were decided by domain names")
        }
        return notes
    }

    /// `nil` when no rule names any.
    static func json(_ report: ReplayReport) -> JSONValue? {
        guard let domains = report.domains else { return nil }
        return .object([
            ("uses", .list(domains.uses.map(json))),
            ("unanswered", .list(domains.unanswered.map { .text($0) })),
            ("unlistedPackets", .number(domains.unlistedPackets)),
            ("forgottenAddresses", .number(domains.forgottenAddresses)),
            ("brokenAnswers", .number(domains.brokenAnswers)),
            ("oversizedAnswers", .number(domains.oversizedAnswers)),
        ])
    }

    private static func json(_ use: DomainReport.Use) -> JSONValue {
        let record = use.evidence.record
        var frame: Int?
        var place: String?
        switch record.origin {
        case .answer(frame: let number): frame = number
        case .mapping(place: let text): place = text
        }
        return .object([
            ("name", .text(record.name)), ("address", .text("\(record.address)")),
            ("timeToLive", JSONValue(record.timeToLive.map { Int($0) })),
            ("answeredInFrame", JSONValue(frame)), ("mappedAt", JSONValue(place)),
            ("lapsed", .text(use.evidence.hasLapsed ? "true" : "false")), ("verdict", .text(use.verdict.word)),
            ("firstFrame", .number(use.firstFrame)), ("packets", .number(use.packets)),
            ("text", .text("\(use.evidence)")),
        ])
    }

    /// Columns of `ReportCSV` with their cells, and the packets; empty when no rule names domains.
    static func csvRows(_ report: ReplayReport) -> [(packets: Int, cells: [String: String])] {
        (report.domains?.uses ?? []).map { use in
            (
                use.packets,
                [
                    "verdict": use.verdict.word, "firstFrame": "\(use.firstFrame)",
                    "to": "\(use.evidence.record.address)",
                    "detail": "\(use.evidence)",
                ]
            )
        }
    }
}

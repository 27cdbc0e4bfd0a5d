import Diagnostics

/// The figures of `dataplane bench`, with stable keys: within `dataplane/v1` figures are only added.
struct BenchReport: Sendable {
    struct Figure: Sendable, Hashable {
        /// Such as `nsPerPacketP99`; counts of the tree begin with `tree.`.
        let key: String
        let value: Double
        let unit: String

        init(_ key: String, _ value: Double, _ unit: String) {
            self.key = key
            self.value = value
            self.unit = unit
        }
    }

    var trace: String
    var runs: Int
    var figures: [Figure]

    subscript(key: String) -> Double? { figures.first { $0.key == key }?.value }

    var text: String {
        let width = figures.map(\.key.count).max() ?? 0
        let cells = figures.map { BenchReport.rounded($0.value) }
        let valueWidth = cells.map(\.count).max() ?? 0
        return zip(figures, cells).map { figure, cell in
            let gap = String(repeating: " ", count: width - figure.key.count + 2 + valueWidth - cell.count)
            return "\(figure.key)\(gap)\(cell)\(figure.unit.isEmpty ? "" : " " + figure.unit)\n"
        }.joined()
    }

    /// `kind: BenchReport`, ended by a line end.
    var json: String {
        let rows = figures.map { "    \(JSONText.quoted($0.key)): \(BenchReport.rounded($0.value))" }
        return """
            {
              "apiVersion": "dataplane/v1",
              "kind": "BenchReport",
              "trace": \(JSONText.quoted(trace)),
              "runs": \(runs),
              "figures": {
            \(rows.joined(separator: ",\n"))
              }
            }

            """
    }

    /// What each broken limit found, and by how much.
    ///
    /// - Throws: a limit's key names no figure.
    func breaches(_ limits: [BenchLimit]) throws(UsageError) -> [String] {
        var breaches: [String] = []
        for limit in limits {
            guard let figure = self[limit.key] else {
                let nearest = NearestName.find(limit.key, among: figures.map(\.key))
                throw UsageError(
                    "--fail-\(limit.side.rawValue): there is no figure '\(limit.key)'",
                    hint: nearest.map { "did you mean '\($0)'?" } ?? "one of those that `dataplane bench` prints")
            }
            guard limit.isBroken(by: figure) else { continue }
            let share = limit.value == 0 ? "" : " by \(BenchReport.percent(figure, limit.value)) %"
            breaches.append(
                "\(limit.key): \(BenchReport.rounded(figure)) is \(limit.side.rawValue) "
                    + "\(BenchReport.rounded(limit.value))\(share)")
        }
        return breaches
    }

    private static func percent(_ figure: Double, _ limit: Double) -> String {
        rounded((abs(figure - limit) / limit * 1000).rounded() / 10)
    }

    /// Whole numbers as such, others with at most four decimals.
    static func rounded(_ value: Double) -> String {
        let shown = (value * 10_000).rounded() / 10_000
        guard shown == shown.rounded(), let whole = Int(exactly: shown) else { return "\(shown)" }
        return "\(whole)"
    }
}

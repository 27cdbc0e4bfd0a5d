import Testing

/// What became of the cases of one file: each holds, is a deviation with its reason, or is a failure.
struct CaseReport {
    private let file: String
    /// Cases where the product rightly does otherwise, with the reason. One that begins to hold is a failure, too.
    private let deviations: [String: String]
    private var held = 0
    private var deviating: [String] = []
    private(set) var notYet: [String: String] = [:]
    private(set) var failures: [String] = []
    private var notes: [String] = []

    init(_ file: String, deviations: [String: String] = [:]) {
        self.file = file
        self.deviations = deviations
    }

    /// Judges one case; `check` gives what differs.
    mutating func check(_ id: String, _ check: () throws -> [String]) {
        let differences: [String]
        do {
            differences = try check()
        } catch {
            failures.append("\(id): \(error)")
            return
        }
        guard deviations[id] == nil else {
            if differences.isEmpty { failures.append("\(id): listed as a deviation, but it holds") }
            deviating.append(id)
            return
        }
        if differences.isEmpty { held += 1 } else { failures.append("\(id): \(differences.joined(separator: "; "))") }
    }

    /// A case that waits for something that the product does not do yet.
    mutating func wait(_ id: String, for reason: String) { notYet[id] = reason }

    /// A line for the end of the report.
    mutating func note(_ text: String) { notes.append(text) }

    /// Prints the counts and fails the test for every failure.
    func finish() {
        let total = held + deviating.count + notYet.count + failures.count
        print("felix/\(file): \(held) of \(total) cases hold")
        for id in deviating.sorted() { print("    deviation: \(id): \(deviations[id] ?? "")") }
        for (reason, ids) in Dictionary(grouping: notYet.keys, by: { notYet[$0] ?? "" }).sorted(by: { $0.key < $1.key }) {
            print("    not yet, \(ids.count): \(reason)")
        }
        for note in notes { print("    \(note)") }
        #expect(failures == [])
        #expect(total > 0)
    }
}

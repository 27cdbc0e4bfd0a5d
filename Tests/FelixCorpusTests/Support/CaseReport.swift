import Testing

/// What became of the cases of one file.
struct CaseReport {
    private let file: String
    private var held = 0
    private var failures: [String] = []
    private var notes: [String] = []

    init(_ file: String) { self.file = file }

    /// Judges one case; `check` gives what differs.
    mutating func check(_ id: String, _ check: () throws -> [String]) {
        do {
            let differences = try check()
            if differences.isEmpty {
                held += 1
            } else {
                failures.append("\(id): \(differences.joined(separator: "; "))")
            }
        } catch {
            failures.append("\(id): \(error)")
        }
    }

    /// A line for the end of the report.
    mutating func note(_ text: String) { notes.append(text) }

    /// Prints the counts and fails the test for every failure.
    func finish() {
        print("felix/\(file): \(held) of \(held + failures.count) cases hold")
        for note in notes { print("    \(note)") }
        #expect(failures == [])
        #expect(held + failures.count > 0)
    }
}

/// A line on a terminal that is drawn again and again, at most ten times a second.
struct ProgressLine {
    /// Goes to the start of the line and empties it.
    static let clear = "\r\u{1B}[K"
    private static let interval = Duration.milliseconds(100)
    private static let barWidth = 30

    private let label: String
    /// In whatever unit `done` has; `nil` if nobody knows.
    private let total: UInt64?
    private let clock = ContinuousClock()
    private var lastDrawn: ContinuousClock.Instant?
    private var isVisible = false

    init(label: String, total: UInt64?) {
        self.label = label
        self.total = total
    }

    /// The line to draw; `nil` if the last one is not old enough.
    mutating func update(to done: UInt64, note: () -> String) -> String? {
        let now = clock.now
        if let lastDrawn, now - lastDrawn < Self.interval { return nil }
        lastDrawn = now
        isVisible = true
        return line(done: done, note: note())
    }

    /// Whether there was a line to clear; the next update draws anew.
    mutating func hide() -> Bool {
        defer { isVisible = false }
        if isVisible { lastDrawn = nil }
        return isVisible
    }

    /// `replay [=======>      ]  24 %  note`, or without bar if the total is unknown.
    func line(done: UInt64, note: String) -> String {
        guard let total, total > 0 else { return "\(label)  \(note)" }
        let share = min(1, Double(done) / Double(total))
        let filled = Int(share * Double(Self.barWidth))
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: Self.barWidth - filled)
        let percent = String(Int(share * 100))
        let padding = String(repeating: " ", count: 3 - percent.count)
        return "\(label) [\(bar)] \(padding)\(percent) %  \(note)"
    }
}

/// How a run ended, as diff(1) and grep(1) count it. Where several apply, the larger number wins.
enum ExitStatus: Int32, Comparable, Sendable {
    /// Fine, allowed, no difference.
    case success = 0
    /// Denied, a difference, a failed policy test.
    case different = 1
    /// Bad usage or bad input; results, if any, lack what was refused.
    case badInput = 2
    /// The environment is to blame: no permission, a missing kernel feature, a full disk.
    case environment = 3

    static func < (a: ExitStatus, b: ExitStatus) -> Bool { a.rawValue < b.rawValue }

    /// The status of a run in which both happened.
    func combined(with other: ExitStatus) -> ExitStatus { max(self, other) }
}

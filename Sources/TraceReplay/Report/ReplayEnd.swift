public import Capture

/// How a replay ended.
public enum ReplayEnd: Sendable, Hashable {
    /// At the capture's own end; if that is not a proper one, every frame before it was judged.
    case capture(CaptureEnd)
    /// The packet limit was reached.
    case limit
    /// Somebody asked to stop.
    case interrupted

    /// Stable.
    public var word: String {
        switch self {
        case .capture(.complete): "complete"
        case .capture(.truncated): "truncated"
        case .capture(.mixedInterfaces): "mixed-interfaces"
        case .capture(.damaged): "damaged"
        case .limit: "limit"
        case .interrupted: "interrupted"
        }
    }

    /// What there is to tell about it; `nil` where it ended as it should.
    public var message: String? {
        switch self {
        case .capture(let end): end.message
        case .limit: nil
        case .interrupted: "interrupted; the counts are those of the frames read so far"
        }
    }

    /// What to do about it, where there is something.
    public var hint: String? {
        switch self {
        case .capture(let end): end.hint
        case .limit, .interrupted: nil
        }
    }
}

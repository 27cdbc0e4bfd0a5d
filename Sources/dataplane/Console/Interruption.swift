import Glibc
import Synchronization

/// Requests by signal, for commands that run long: as dd(1), they end early with a summary of what they did (SIGINT,
/// SIGTERM), or print one and go on (SIGUSR1). Commands that don't watch are ended by the signals as usual.
enum Interruption {
    private static let stopSignal = Atomic<Int32>(0)
    private static let summaryRequested = Atomic<Bool>(false)

    /// Starts to take the signals. A second SIGINT or SIGTERM ends the process at once.
    static func watch() {
        // Both statics exist before a handler can run: nothing is initialized inside one.
        stopSignal.store(0, ordering: .relaxed)
        summaryRequested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.stopSignal.store(number, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        signal(SIGUSR1) { _ in Interruption.summaryRequested.store(true, ordering: .relaxed) }
    }

    /// Whether the run should end now, with its summary.
    static var wantsStop: Bool { stopSignal.load(ordering: .relaxed) != 0 }

    /// Whether a summary is wanted now; asking takes the request.
    static func takeSummaryRequest() -> Bool { summaryRequested.exchange(false, ordering: .relaxed) }
}

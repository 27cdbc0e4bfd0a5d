import Foundation
import Testing

@testable import dataplane

@Suite struct InterruptionTests {
    /// In a process of its own, since signal dispositions belong to the process; the threads of tests block signals,
    /// so they are sent to the process and arrive a moment later.
    @Test func signalsBecomeRequests() async {
        await #expect(processExitsWith: .success) {
            Interruption.watch()
            #expect(!Interruption.takeSummaryRequest() && !Interruption.wantsStop)
            kill(getpid(), SIGUSR1)
            #expect(Self.arrives { Interruption.takeSummaryRequest() })
            #expect(!Interruption.takeSummaryRequest() && !Interruption.wantsStop)
            kill(getpid(), SIGTERM)
            #expect(Self.arrives { Interruption.wantsStop })
        }
    }

    @Test func aSecondRequestToStopEndsTheProcess() async {
        await #expect(processExitsWith: .signal(SIGINT)) {
            Interruption.watch()
            kill(getpid(), SIGINT)
            #expect(Self.arrives { Interruption.wantsStop })
            kill(getpid(), SIGINT)
            _ = Self.arrives { false }
        }
    }

    /// Whether `condition` holds within five seconds.
    private static func arrives(_ condition: () -> Bool) -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }
}

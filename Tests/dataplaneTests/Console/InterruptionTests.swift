import Foundation
import Testing

@testable import dataplane

@Suite struct InterruptionTests {
    @Test func summaryRequestsAreTakenOnce() {
        Interruption.watch()
        #expect(!Interruption.takeSummaryRequest())
        raise(SIGUSR1)
        #expect(Interruption.takeSummaryRequest())
        #expect(!Interruption.takeSummaryRequest())
        #expect(!Interruption.wantsStop)
        raise(SIGTERM)
        #expect(Interruption.wantsStop)
        signal(SIGINT, SIG_DFL)
        signal(SIGUSR1, SIG_DFL)
    }
}

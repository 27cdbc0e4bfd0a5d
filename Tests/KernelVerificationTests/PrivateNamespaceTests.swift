import Foundation
import Testing

@testable import KernelVerification

@Suite(.enabled(if: getuid() == 0, "needs root")) struct PrivateNamespaceTests {
    /// The guard: a namespace object that stands for where the process was started lets nothing run.
    @Test func refusesTheStartingNamespace() throws {
        let starting = PrivateNamespace(adopting: Descriptor(adopting: try PrivateNamespace.openCurrent()))
        var ran = false
        #expect(throws: KernelHarnessError.startingNamespace) {
            try starting.perform { () throws(KernelHarnessError) in ran = true }
        }
        #expect(!ran)
    }

    @Test func isAnotherNamespaceWithLoopbackUp() throws {
        let namespace = try PrivateNamespace()
        let links = try namespace.perform { () throws(KernelHarnessError) in
            try StockNft.run(["list", "tables"], input: "")
        }
        #expect(links.isEmpty)
    }
}

import Foundation
import TestSupport
import Testing

@testable import dataplane

/// `dataplane show`, and the documents that it writes.
struct ShowTests {
    /// `make docs` writes them.
    @Test(arguments: ["support", "quirks"])
    func documentsAreUpToDate(_ topic: String) throws {
        let document = Corpora.checkout.appending(path: "docs/\(topic).md")
        let committed = try String(contentsOf: document, encoding: .utf8)
        #expect(try runDataplane(["show", topic]).stdout == committed, "docs/\(topic).md is stale: make docs")
    }

    @Test(arguments: ["support", "quirks"])
    func jsonIsReadable(_ topic: String) throws {
        let run = try runDataplane(["show", topic, "-o", "json"])
        #expect(run.status == 0 && run.stderr == "")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [[String: Any]])
        #expect(rows.count >= 8)
    }

    @Test func topicsByMistake() throws {
        #expect(try runDataplane(["show"]).stderr.contains("missing argument TOPIC"))
        let run = try runDataplane(["show", "suport"])
        #expect(run.status == 2 && run.stderr.contains("did you mean 'support'?"))
    }
}

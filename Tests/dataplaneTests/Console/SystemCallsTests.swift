import Foundation
import TestSupport
import Testing

@testable import dataplane

@Suite struct SystemCallsTests {
    private func names(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func savesAndReplacesWholeFiles() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "out.nft")
        for text in ["first, longer", "second"] {
            try SystemCalls.save(Array(text.utf8), to: file.path)
            #expect(try String(contentsOf: file, encoding: .utf8) == text)
        }
        #expect(try names(folder.url) == ["out.nft"])
    }

    @Test func followsLinks() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "real")
        let link = folder.url.appending(path: "link")
        try Data("old".utf8).write(to: file)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
        try SystemCalls.save(Array("new".utf8), to: link.path)
        #expect(try String(contentsOf: file, encoding: .utf8) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
    }

    @Test func leavesNothingBehindOnFailure() throws {
        let folder = try TemporaryFolder()
        let missing = folder.url.appending(path: "no/such/folder/out").path
        #expect(throws: SystemError(operation: "write \(missing)", code: ENOENT)) {
            try SystemCalls.save([1], to: missing)
        }
        #expect(throws: SystemError(operation: "write /dev/full", code: ENOSPC)) {
            try SystemCalls.save([1], to: "/dev/full")
        }
        #expect(throws: SystemError(operation: "write \(folder.url.path)", code: EISDIR)) {
            try SystemCalls.save([1], to: folder.url.path)
        }
        #expect(try names(folder.url) == [])
    }
}

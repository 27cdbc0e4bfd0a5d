import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import dataplane

@Suite struct ConsoleTests {
    /// What a console wrote to its two streams.
    private func output(
        _ settings: ConsoleSettings, _ body: (Console) -> dataplane.ExitStatus
    ) throws -> (status: dataplane.ExitStatus, results: String, messages: String) {
        let folder = try TemporaryFolder()
        let files = [folder.url.appending(path: "out"), folder.url.appending(path: "err")]
        for file in files { try Data().write(to: file) }
        let results = try FileHandle(forWritingTo: files[0])
        let messages = try FileHandle(forWritingTo: files[1])
        let copy = dup(results.fileDescriptor)
        let console = Console(
            settings, stdout: copy, stderr: messages.fileDescriptor, environment: { _ in nil })
        let status = console.finish(body(console))
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return (status, texts[0], texts[1])
    }

    private static func findings() -> ([Diagnostic], SourceMap) {
        var sources = SourceMap()
        let file = sources.add("a.yaml")
        return (
            [
                Diagnostic(
                    .warning, "duplicate", at: SourceLocation(file: file, line: 9, column: 1), "given twice"),
                Diagnostic(.error, "syntax", at: SourceLocation(file: file, line: 2, column: 3), "bad"),
            ], sources
        )
    }

    @Test func findingsInInputOrder() throws {
        let (findings, sources) = Self.findings()
        let written = try output(ConsoleSettings()) { console in
            console.writeLine("result")
            console.report(findings, sources: sources)
            return .badInput
        }
        #expect(written.status == .badInput)
        #expect(written.results == "result\n")
        #expect(
            written.messages == "a.yaml:2:3: error: bad [syntax]\na.yaml:9:1: warning: given twice [duplicate]\n")
    }

    @Test func logLevelHidesLesserFindings() throws {
        let (findings, sources) = Self.findings()
        var settings = ConsoleSettings()
        settings.logLevel = .error
        settings.diagnostics = .json
        let written = try output(settings) { console in
            console.report(findings, sources: sources)
            console.log(.warning, "hidden")
            console.log(.error, "shown")
            return .success
        }
        #expect(
            written.messages == """
                {"id":"syntax","severity":"error","path":"a.yaml","line":2,"column":3,"field":"","message":"bad"}
                dataplane: shown

                """)
    }

    @Test func colourMarksTheSeverity() throws {
        let (findings, sources) = Self.findings()
        var settings = ConsoleSettings()
        settings.color = .always
        let written = try output(settings) { console in
            console.report(findings, sources: sources)
            return .success
        }
        #expect(written.messages.contains("a.yaml:2:3: \u{1B}[31merror:\u{1B}[0m bad [syntax]\n"))
        #expect(written.messages.contains("\u{1B}[33mwarning:\u{1B}[0m"))
    }

    @Test func progressIsClearedBeforeMessages() throws {
        var settings = ConsoleSettings()
        settings.progress = .always
        let written = try output(settings) { console in
            console.startProgress("replay", total: 200)
            console.advanceProgress(to: 50, note: "one")
            console.advanceProgress(to: 60, note: "too soon to be drawn")
            console.log(.info, "message")
            console.endProgress()
            return .success
        }
        let bar = "replay [=======                       ]  25 %  one"
        #expect(written.messages == "\r\u{1B}[K\(bar)\r\u{1B}[Kdataplane: message\n")
    }

    @Test func noProgressWithoutTerminal() throws {
        let written = try output(ConsoleSettings()) { console in
            console.startProgress("replay", total: nil)
            console.advanceProgress(to: 50)
            return .success
        }
        #expect(written.messages == "")
    }

    @Test func largeResultsArriveWhole() throws {
        let line = String(repeating: "x", count: 999)
        let written = try output(ConsoleSettings()) { console in
            for _ in 0..<1000 { console.writeLine(line) }
            return .success
        }
        #expect(written.results.utf8.count == 1_000_000)
    }
}

@Suite struct ExitStatusTests {
    @Test func theWorseOneWins() {
        #expect(dataplane.ExitStatus.different.combined(with: .badInput) == .badInput)
        #expect(dataplane.ExitStatus.environment.combined(with: .badInput) == .environment)
        #expect(dataplane.ExitStatus.success.combined(with: .different) == .different)
        #expect(dataplane.ExitStatus.success.combined(with: .success) == .success)
    }
}

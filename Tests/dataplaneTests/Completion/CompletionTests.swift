import Foundation
import TestSupport
import Testing

@testable import dataplane

/// The scripts, run by the shells that they are for where those are installed.
@Suite struct CompletionTests {
    private static func isInstalled(_ shell: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)")
    }

    /// Standard output of a shell that reads `script` from a file.
    private func run(_ shell: String, _ options: [String], _ script: String) throws -> (status: Int32, text: String) {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "script")
        let output = folder.url.appending(path: "output")
        try Data(script.utf8).write(to: file)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(shell)")
        process.arguments = options + [file.path]
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }

    /// What bash offers at the end of a command line, whose words are as bash splits them.
    private func bashOffers(_ words: [String]) throws -> [String] {
        let script = try runDataplane(["completion", "bash"]).stdout
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let call = """
            COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1)
            _dataplane \(words[0]); printf '%s\\n' "${COMPREPLY[@]}"
            """
        let answer = try run("bash", ["--norc"], script + call)
        #expect(answer.status == 0)
        return answer.text.split(separator: "\n").map(String.init)
    }

    @Test(
        .enabled(if: isInstalled("bash"), "bash is not installed"),
        arguments: [
            (["dataplane", "comp"], ["compile", "completion"]),
            (["dataplane", "--color", "al"], ["always"]),
            (["dataplane", "--color", "always", "ch"], ["check"]),
            (["dataplane", "--color", "=", "always", "ch"], ["check"]),
            (["dataplane", "compile", "-o", "t"], ["tree"]),
            (
                ["dataplane", "compile", "--output", "="],
                ["resources", "ir", "tree", "nft", "json", "stats", "stats-json"]
            ),
            (["dataplane", "compile", "--output", "=", "re"], ["resources"]),
            (["dataplane", "compile", "--ke"], ["--keep-going"]),
            (["dataplane", "replay", "--ver"], ["--verify-kernel", "--version"]),
            (["dataplane", "completion", ""], ["bash", "zsh", "fish"]),
            (["dataplane", "help", "rep"], ["replay"]),
            (["calico-validate", "--eng"], ["--engine"]),
            (["calico-validate", "--engine", "k"], ["kernel"]),
        ])
    func bash(_ words: [String], _ expected: [String]) throws {
        #expect(try bashOffers(words) == expected)
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func everyScriptNamesEveryVerbAndOption(_ shell: String) throws {
        let script = try runDataplane(["completion", shell])
        #expect(script.status == 0)
        for command in Program.commands {
            #expect(script.stdout.contains(command.name))
            for row in command.options {
                #expect(script.stdout.contains((shell == "fish" ? "-l " : "--") + row.long), "\(row.long)")
            }
        }
    }

    @Test(.enabled(if: isInstalled("zsh"), "zsh is not installed")) func zshReadsIt() throws {
        let script = try runDataplane(["completion", "zsh"]).stdout
        let answer = try run(
            "zsh", ["-f"], "autoload -Uz compinit; compinit -u -d zcompdump\n" + script + "\nprint read")
        #expect(answer.text == "read\n")
    }

    @Test(.enabled(if: isInstalled("fish"), "fish is not installed")) func fishOffers() throws {
        let script = try runDataplane(["completion", "fish"]).stdout
        let answer = try run("fish", ["--no-config"], script + "complete -C'dataplane compile -o re'\n")
        #expect(answer.text.contains("resources"))
    }
}

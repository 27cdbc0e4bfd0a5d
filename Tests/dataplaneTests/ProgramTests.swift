import Foundation
import TestSupport
import Testing

@testable import dataplane

/// The built program as a user meets it before any manifest is read.
@Suite struct ProgramTests {
    private static let verbs = Program.commands.map(\.name)

    @Test(arguments: [["--help"], ["-h"], ["-?"], ["help"]])
    func helpListsAllCommands(_ arguments: [String]) throws {
        let run = try runDataplane(arguments)
        #expect(run.status == 0)
        #expect(run.stderr == "")
        #expect(run.stdout.hasPrefix("Usage: dataplane "))
        for verb in Self.verbs { #expect(run.stdout.contains("\n  \(verb) "), "\(verb)") }
    }

    @Test(arguments: verbs) func everyCommandAnswersHelpInEveryForm(_ verb: String) throws {
        let long = try runDataplane([verb, "--help"])
        #expect(long.status == 0)
        #expect(long.stdout.hasPrefix("Usage: dataplane \(verb) "))
        for arguments in [[verb, "-h"], [verb, "-?"], ["help", verb], [verb, "--he"]] {
            #expect(try runDataplane(arguments).stdout == long.stdout, "\(arguments)")
        }
        let usage = try runDataplane([verb, "--usage"])
        #expect(usage.status == 0)
        #expect(usage.stdout.hasPrefix("Usage: dataplane \(verb) ") && usage.stdout != long.stdout)
    }

    @Test(arguments: [["--version"], ["-V"], ["version"], ["compile", "--version"]])
    func version(_ arguments: [String]) throws {
        let run = try runDataplane(arguments)
        #expect(run.status == 0)
        #expect(run.stdout == "dataplane \(ProgramVersion.number)\n")
    }

    @Test func noCommand() throws {
        let run = try runDataplane([])
        #expect(run.status == 2)
        #expect(run.stdout == "")
        #expect(run.stderr.hasPrefix("dataplane: error: no command\n    hint: one of compile, "))
    }

    @Test(arguments: [
        (["comple"], "dataplane: error: unknown command 'comple'", "did you mean 'compile'?"),
        (["help", "chekc"], "dataplane help: error: unknown command 'chekc'", "did you mean 'check'?"),
        (
            ["compile", "--nodee=a"], "dataplane compile: error: unrecognized option '--nodee'",
            "did you mean '--node'?"
        ),
        (
            ["compile", "-o", "jsn", "-f", "x"],
            "dataplane compile: error: -o, --output: 'jsn' is not one of resources, ir, tree, nft, json, stats, stats-json",
            "did you mean 'json'?"
        ),
        (
            ["--color", "alway", "version"],
            "dataplane version: error: --color: 'alway' is not one of auto, always, never", "did you mean 'always'?"
        ),
        (
            ["test", "x", "--engine=matchr"],
            "dataplane test: error: --engine: 'matchr' is not one of reference, matcher, nft, kernel, all",
            "did you mean 'matcher'?"
        ),
        (
            ["completion", "fsh"], "dataplane completion: error: 'fsh' is not one of bash, zsh, fish",
            "did you mean 'zsh'?"
        ),
        (["compile", "m/"], "dataplane compile: error: unexpected argument 'm/'", "manifests are named by -f FILE"),
    ])
    func misspellingsNameTheNearestValidWord(_ arguments: [String], _ message: String, _ hint: String) throws {
        let run = try runDataplane(arguments)
        let command = message.prefix { $0 != ":" }
        #expect(run.status == 2)
        #expect(run.stdout == "")
        #expect(run.stderr == "\(message)\n    hint: \(hint)\nTry '\(command) --help' for more information.\n")
    }

    @Test func usageErrorsAsJSON() throws {
        let run = try runDataplane(["--diagnostics", "json", "compile", "--foo"])
        #expect(run.status == 2)
        #expect(
            run.stderr == #"{"id":"usage","severity":"error","field":"","message":"unrecognized option '--foo'"}"#
                + "\n")
    }

    @Test func validateIsAnAlias() throws {
        let help = try runDataplane(["--help"], as: "calico-validate")
        #expect(help.status == 0)
        #expect(help.stdout.contains("POD_A POD_B NAMESPACE\n"))
        let short = try runDataplane(["a", "b"], as: "calico-validate")
        #expect(short.status == 2)
        #expect(short.stderr.hasPrefix("calico-validate: error: missing argument NAMESPACE\n"))
        let wrong = try runDataplane(["a", "b", "No_Namespace"], as: "calico-validate")
        #expect(wrong.status == 2)
        #expect(wrong.stderr.hasPrefix("calico-validate: error: NAMESPACE: 'No_Namespace' is not a namespace"))
    }
}

/// Streams that can't be written.
@Suite struct ProgramStreamTests {
    @Test(arguments: [["version"], ["compile", "--help"], ["completion", "bash"]])
    func aFullDiskIsAnErrorOfTheEnvironment(_ arguments: [String]) throws {
        let run = try runDataplane(arguments, stdoutPath: "/dev/full")
        #expect(run.status == 3)
        #expect(run.stderr == "error: cannot write to standard output: No space left on device [system]\n")
    }

    @Test func aBrokenPipeEndsQuietly() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let run = try runDataplane(["completion", "bash"], stdout: pipe.fileHandleForWriting)
        #expect(run.status == -SIGPIPE)
        #expect(run.stderr == "")
    }

    @Test func coloursOnlyWhereAskedFor() throws {
        #expect(try !runDataplane(["x"]).stderr.contains("\u{1B}["))
        #expect(try runDataplane(["--color", "always", "x"]).stderr.contains("\u{1B}[31merror:\u{1B}[0m"))
        #expect(try runDataplane(["x"], environment: ["CLICOLOR_FORCE": "1"]).stderr.contains("\u{1B}["))
        let refused = ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]
        #expect(try !runDataplane(["x"], environment: refused).stderr.contains("\u{1B}["))
    }
}

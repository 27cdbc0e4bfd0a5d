import Testing

@testable import dataplane

@Suite struct ArgpTableTests {
    private static let level = ValueOption<String>("level", "l", ValueShape(name: "N"), help: "A level")
    private static let label = ValueOption<String>("label", nil, ValueShape(name: "TEXT"), help: "A label")
    private static let quiet = Flag("quiet", "q", help: "Say nothing")
    private static let fast = Flag("fast", help: "Hurry")

    private func table(stopsAtFirstPositional: Bool = false) -> ArgpTable {
        ArgpTable(
            Command(
                path: "tool work", abstract: "Works",
                options: [Self.level.row, Self.label.row, Self.quiet.row, Self.fast.row],
                positionals: [.init(value: ValueShape(name: "FILE"), isRepeated: true)],
                stopsAtFirstPositional: stopsAtFirstPositional, run: { (_, _) throws(UsageError) in .success }))
    }

    private func texts(_ words: [String]) -> [String: [String]] { table().parse(words).arguments.texts }

    @Test func formsOfOptions() {
        #expect(texts(["--level=3"]) == ["level": ["3"]])
        #expect(texts(["--level", "3"]) == ["level": ["3"]])
        #expect(texts(["-l3"]) == ["level": ["3"]])
        #expect(texts(["-l", "3"]) == ["level": ["3"]])
        #expect(texts(["-ql3"]) == ["quiet": [""], "level": ["3"]])
        #expect(texts(["--lev", "3", "--lab=x"]) == ["level": ["3"], "label": ["x"]])
        #expect(texts(["--label="]) == ["label": [""]])
        #expect(texts(["--label", "--fast"]) == ["label": ["--fast"]])
        #expect(texts(["-l", "1", "-l2"]) == ["level": ["1", "2"]])
    }

    @Test func optionsAndPositionalsMix() {
        let outcome = table().parse(["a", "--fast", "-", "-q", "--", "-l", "--label"])
        #expect(outcome.ending == .complete)
        #expect(outcome.arguments.positionals == ["a", "-", "-l", "--label"])
        #expect(outcome.arguments.texts == ["fast": [""], "quiet": [""]])
    }

    @Test func stopsAtTheFirstPositional() {
        let outcome = table(stopsAtFirstPositional: true).parse(["-q", "verb", "--level=1", "--bogus", "--", "x"])
        #expect(outcome.ending == .complete)
        #expect(outcome.arguments.positionals == ["verb", "--level=1", "--bogus", "--", "x"])
        #expect(outcome.arguments.texts == ["quiet": [""]])
    }

    @Test(arguments: [
        (["--bogus"], "unrecognized option '--bogus'"), (["--levl=3"], "unrecognized option '--levl'"),
        (["-z"], "unrecognized option '-z'"), (["-qz"], "unrecognized option '-z'"),
        (["-zq"], "unrecognized option '-z'"), (["a", "-q", "b", "-zq"], "unrecognized option '-z'"),
        (["-l", "-xz", "-zq"], "unrecognized option '-z'"), (["-l", "-xz", "f", "-yq"], "unrecognized option '-y'"),
        (["--l", "3"], "option '--l' is ambiguous: --level, --label, --log-level"),
        (["-l"], "option '-l' requires a value: N"), (["-ql"], "option '-l' requires a value: N"),
        (["--level"], "option '--level' requires a value: N"), (["--lev"], "option '--level' requires a value: N"),
        (["--fast=1"], "option '--fast' takes no value"), (["-q", "--qui=1"], "option '--quiet' takes no value"),
        (["-é"], "unrecognized option '-é'"),
    ])
    func faults(_ words: [String], _ message: String) {
        guard case .fault(let error) = table().parse(words).ending else {
            Issue.record("no fault")
            return
        }
        #expect(error.message == message)
    }

    @Test func informing() {
        #expect(table().parse(["-q", "-?", "--bogus"]).ending == .inform(CommonOptions.help.row))
        #expect(table().parse(["--usa"]).ending == .inform(CommonOptions.usage.row))
        #expect(table().parse(["-V"]).ending == .inform(CommonOptions.version.row))
    }

    @Test func optionsBeforeTheFaultAreKept() {
        let outcome = table().parse(["--diagnostics=json", "--bogus"])
        #expect(outcome.arguments.texts == ["diagnostics": ["json"]])
    }

    @Test func manyAndLongWords() {
        let long = String(repeating: "x", count: 100_000)
        let words = Array(repeating: long, count: 20) + Array(repeating: "-q", count: 1000)
        let outcome = table().parse(words)
        #expect(outcome.arguments.positionals.count == 20)
        #expect(outcome.arguments.texts["quiet"]?.count == 1000)
        guard case .fault(let error) = table().parse(["--" + long]).ending else {
            Issue.record("no fault")
            return
        }
        #expect(error.hint == nil)
    }
}

import Testing

@testable import dataplane

/// What every table of a command has to keep.
@Suite struct CommandTableTests {
    private static let all = [Program.root] + Program.commands + [CheckOptions.validateCommand]

    @Test func namesAreUnique() {
        #expect(Set(Program.commands.map(\.name)).count == Program.commands.count)
        for command in Self.all {
            let longs = command.allOptions.map(\.long)
            let shorts = command.allOptions.compactMap(\.short) + ["?"]
            #expect(Set(longs).count == longs.count, "\(command.path)")
            #expect(Set(shorts).count == shorts.count, "\(command.path)")
            #expect(shorts.allSatisfy { $0.isASCII })
        }
    }

    /// argp counts bytes and fills at 79 columns.
    @Test func helpIsASCIIAndFitsATerminal() {
        for command in Self.all {
            let help = ArgpTable(command).help(short: false)
            #expect(help.utf8.allSatisfy { $0 < 0x80 }, "\(command.path)")
            for line in help.split(separator: "\n") { #expect(line.count < 80, "\(command.path): \(line)") }
        }
    }

    @Test func helpNamesEveryOptionAndChoice() {
        for command in Self.all {
            let help = ArgpTable(command).help(short: false)
            let words = Set(help.split { " ,=\n()".contains($0) }.map(String.init))
            for row in command.allOptions {
                for word in CompletionModel.words(of: row) { #expect(words.contains(word), "\(command.path) \(word)") }
                for choice in row.value?.choices ?? [] { #expect(help.contains(choice), "\(command.path) \(choice)") }
            }
        }
    }

    /// The lines of the examples, read by the tables themselves.
    @Test func examplesAreValid() throws {
        for command in Program.commands + [CheckOptions.validateCommand] {
            for example in command.examples {
                let words = example.line.split(separator: " ").map(String.init)
                let start = try #require(words.firstIndex { $0.hasSuffix("dataplane") || $0 == command.path })
                let arguments = words[start...].dropFirst(command.path.split(separator: " ").count)
                    .prefix { $0 != ">" && $0 != "|" }.map { $0.hasSuffix(")") ? String($0.dropLast()) : $0 }
                let outcome = ArgpTable(command).parse(Array(arguments))
                #expect(outcome.ending == .complete, "\(example.line)")
                #expect(throws: Never.self, "\(example.line)") {
                    try command.checkPositionals(outcome.arguments.positionals)
                }
            }
        }
    }
}

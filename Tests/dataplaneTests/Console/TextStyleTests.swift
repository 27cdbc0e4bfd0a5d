import Testing

@testable import dataplane

@Suite struct TextStyleTests {
    @Test(
        arguments: [
            (Activation.auto, true, [:], true), (.auto, false, [:], false), (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, ["CLICOLOR_FORCE": "1"], false), (.auto, true, ["NO_COLOR": "1"], false),
            (.auto, true, ["NO_COLOR": ""], true), (.auto, false, ["CLICOLOR_FORCE": "1"], true),
            (.auto, false, ["CLICOLOR_FORCE": "0"], false), (.auto, true, ["TERM": "dumb"], false),
            (.auto, true, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ] as [(Activation, Bool, [String: String], Bool)])
    func decides(_ when: Activation, _ isTerminal: Bool, _ variables: [String: String], _ expected: Bool) {
        #expect(TextStyle(when, isTerminal: isTerminal, environment: { variables[$0] }).isColored == expected)
    }

    @Test func wraps() {
        #expect(TextStyle(isColored: true).red("x") == "\u{1B}[31mx\u{1B}[0m")
        #expect(TextStyle.plain.red("x") == "x")
    }
}

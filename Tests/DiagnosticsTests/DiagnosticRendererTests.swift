import Diagnostics
import Testing

@Suite struct DiagnosticRendererTests {
    private func sample() -> (DiagnosticRenderer, Diagnostic) {
        var sources = SourceMap()
        let file = sources.add("a/np.yaml")
        let diagnostic = Diagnostic(
            .error, "unsupported-value", at: SourceLocation(file: file, line: 12, column: 7),
            field: "spec.egress[1].ports[0].protocol",
            "Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\"", hint: "write a Calico policy")
        return (DiagnosticRenderer(sources: sources), diagnostic)
    }

    @Test func text() {
        let (renderer, diagnostic) = sample()
        #expect(
            renderer.text(diagnostic) == """
                a/np.yaml:12:7: error: spec.egress[1].ports[0].protocol: Unsupported value: "ICMP": supported values: \
                "TCP", "UDP", "SCTP" [unsupported-value]
                    hint: write a Calico policy
                """)
    }

    @Test func jsonEscapes() {
        let (renderer, diagnostic) = sample()
        #expect(renderer.json(diagnostic).contains(#""message":"Unsupported value: \"ICMP\": supported"#))
        #expect(JSONText.quoted("a\u{1}\"\\\n") == #""a\u0001\"\\\n""#)
    }
}

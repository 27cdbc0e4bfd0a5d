import NetTypes
import Selectors
import Testing

@testable import Resources

struct ProfileDecodingTests {
    @Test func profile() throws {
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Profile
            metadata: {name: kns.default}
            spec:
              ingress: [{action: Allow, destination: {services: {name: s}}}]
              egress: [{action: Pass}]
              labelsToApply: {pcns.a: b}
            """)
        #expect(manifest.found == [])
        let profile = try #require(manifest.snapshot.profiles.first)
        #expect(profile.ingress.map(\.action) == [.allow] && profile.egress.map(\.action) == [.pass])
        #expect(profile.labelsToApply["pcns.a"] == "b")
    }

    @Test func refused() {
        let long = String(repeating: "x", count: 64)
        let manifest = MarkedManifest(
            """
            apiVersion: projectcalico.org/v3
            kind: Profile
            metadata: {name: p}
            spec:
              labelsToApply: {a: ▸\(long)}
              ingress: [{action: ▸""}]
            """)
        #expect(
            manifest.found
                == manifest.expected(
                    "error spec.labelsToApply invalid-value", "error spec.ingress[0].action unsupported-value"))
        #expect(manifest.snapshot.profiles.isEmpty)
    }
}

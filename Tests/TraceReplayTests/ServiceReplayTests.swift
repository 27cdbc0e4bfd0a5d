import Matching
import NetTypes
import NetworkTopology
import Testing

@testable import TraceReplay

@Suite struct ServiceReplayTests {
    private let world = ReplayWorld()

    private func outcomes(_ packets: [PacketFacts]) -> [PacketOutcome] {
        var judge = world.judge()
        return packets.map { judge.judge($0, time: 0) }
    }

    private func verdicts(_ packets: [PacketFacts]) -> [String] { outcomes(packets).map(world.text) }

    @Test func policySeesTheBackend() {
        #expect(
            verdicts([
                .tcp("10.0.0.1", 4000, "10.96.0.1", 80, .syn), .tcp("10.0.0.1", 4000, "10.96.0.1", 81, .syn),
            ]) == [
                "allow new ns/b ingress RULE", "allow new ns/a egress NO_POLICY",
            ])
    }

    /// The answer shows up from the backend's own address on one interface and from the service's on another.
    @Test(arguments: [["10.0.0.2", "10.96.0.1"], ["10.96.0.1"], ["10.0.0.2"]])
    func answersAreKnownFromEitherAddress(_ sources: [String]) {
        let packets: [PacketFacts] =
            [.tcp("10.0.0.1", 4000, "10.96.0.1", 80, .syn)]
            + sources.map { .tcp($0, 80, "10.0.0.1", 4000, .synAck) }
            + [.tcp("10.0.0.1", 4000, "10.96.0.1", 80, .ack), .tcp("10.0.0.1", 4000, "10.0.0.2", 80, .ack)]
        let expected =
            ["allow new ns/b ingress RULE"]
            + sources.map { _ in "allow established ns/b egress CT_ESTABLISHED" }
            + ["allow established ns/a egress CT_ESTABLISHED", "allow established ns/a egress CT_ESTABLISHED"]
        #expect(verdicts(packets) == expected)
    }

    @Test func backendsThatDifferAreNamed() {
        let outcome = outcomes([.tcp("10.0.0.1", 4000, "10.96.0.2", 80, .syn)])[0]
        #expect(world.text(outcome) == "undecided new backends-differ")
        #expect(
            outcome.backends.map { "\($0.backend.address) \($0.verdict.word)" } == ["10.0.1.1 allow", "10.0.1.2 deny"])
    }

    @Test func theAnswerTellsWhichBackendItWas() {
        #expect(
            verdicts([
                .tcp("10.0.0.1", 4000, "10.96.0.2", 80, .syn), .tcp("10.0.0.1", 4000, "10.96.0.2", 80, .syn),
                .tcp("10.96.0.2", 80, "10.0.0.1", 4000, .synAck), .tcp("10.0.0.1", 4000, "10.96.0.2", 80, .ack),
            ]) == [
                "undecided new backends-differ", "undecided new backends-differ",
                "allow established ns/a ingress CT_ESTABLISHED", "allow established ns/c ingress CT_ESTABLISHED",
            ])
    }

    @Test func withoutBackendsNewConnectionsAreRejected() {
        #expect(
            verdicts([
                .tcp("10.0.0.1", 4000, "10.96.0.3", 80, .syn), .tcp("10.0.0.1", 4000, "10.96.0.3", 80, .fin),
            ]) == ["deny new NO_BACKEND", "deny invalid ns/a egress CT_INVALID"])
    }

    @Test func errorsMayQuoteTheServiceAddress() {
        let quoted = FlowKey.tcp("10.0.0.1", 4000, "10.96.0.1", 80)
        var error = PacketFacts.tcp("198.51.100.1", 0, "10.0.0.1", 0, .syn)
        error.key = .icmp(from: error.key.source, to: error.key.destination, type: 3, code: 4)
        error.connection = .icmpError(quoted: quoted, identifier: 0)
        #expect(
            verdicts([error, .tcp("10.0.0.1", 4000, "10.96.0.1", 80, .syn), error]) == [
                "deny invalid ns/a ingress CT_INVALID", "allow new ns/b ingress RULE",
                "allow established ns/a ingress CT_ESTABLISHED",
            ])
    }

    @Test func invalidPacketsAreNotTranslated() {
        #expect(
            verdicts([.tcp("10.0.0.1", 4000, "10.96.0.1", 80, .rst)]) == ["deny invalid ns/a egress CT_INVALID"])
        #expect(
            verdicts([.tcp("10.96.0.1", 80, "10.0.0.1", 4000, .synAck)]) == ["deny invalid ns/a ingress CT_INVALID"])
    }

    @Test func aPodReachesItselfThroughItsService() {
        #expect(verdicts([.tcp("10.0.0.2", 4000, "10.96.0.1", 80, .syn)]) == ["allow new ns/b ingress RULE"])
    }
}

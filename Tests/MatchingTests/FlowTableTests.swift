import NetTypes
import NetworkTopology
import TestSupport
import Testing

@testable import Matching

/// A conversation between two ends through one table.
private struct Conversation {
    var table: FlowTable
    let a = IPAddress(v4: 0x0a00_0001)
    let b = IPAddress(v4: 0x0a00_0002)
    var time: Int64 = 0
    let node: NodeIndex

    init(_ table: FlowTable = FlowTable(), node: Int = 0) {
        self.table = table
        self.node = NodeIndex(node)
    }

    /// One packet; confirmed unless `denied`.
    mutating func send(
        _ facts: ConnectionFacts, _ proto: IPProtocol = .tcp, back: Bool = false, type: UInt8 = 0,
        denied: Bool = false
    ) -> FlowState {
        var key: FlowKey
        switch proto {
        case .icmp: key = .icmp(from: a, to: b, type: type, code: 0)
        case .tcp, .udp, .sctp, .udplite: key = .ports(proto, from: a, 4000, to: b, 80)
        default: key = .opaque(proto, from: a, to: b)
        }
        if back {
            (key.source, key.destination) = (key.destination, key.source)
            (key.sourcePort, key.destinationPort) = (key.destinationPort, key.sourcePort)
        }
        let tracking = table.begin(key, facts, at: node, time: time)
        if !denied { table.confirm(tracking, time: time) }
        return tracking.state
    }
}

@Suite struct FlowTableTests {
    @Test func anAnswerMakesBothDirectionsEstablished() {
        var talk = Conversation()
        #expect(talk.send(.datagram, .udp) == .new)
        #expect(talk.send(.datagram, .udp) == .new)
        #expect(talk.send(.datagram, .udp, back: true) == .established)
        #expect(talk.send(.datagram, .udp) == .established)
    }

    @Test func deniedPacketsLeaveNothingBehind() {
        var talk = Conversation()
        #expect(talk.send(.datagram, .udp, denied: true) == .new)
        #expect(talk.send(.datagram, .udp, back: true, denied: true) == .new)
        #expect(talk.table.count == 0)
        #expect(talk.send(.tcp(.syn), denied: true) == .new)
        #expect(talk.send(.tcp(.synAck), back: true) == .invalid)
    }

    @Test func nodesDoNotShareTheirView() {
        var first = Conversation()
        #expect(first.send(.datagram, .udp) == .new)
        var second = Conversation(first.table, node: 1)
        #expect(second.send(.datagram, .udp, back: true) == .new)
        first = Conversation(second.table)
        #expect(first.send(.datagram, .udp, back: true) == .established)
    }

    @Test func withoutConnectionOnlySomePacketsAreNew() {
        let tcp: [(TCPSegment, FlowState)] = [
            (.syn, .new), (.ack, .new), (.synAck, .invalid), (.fin, .invalid), (.rst, .invalid),
        ]
        for (segment, state) in tcp {
            var talk = Conversation()
            #expect(talk.send(.tcp(segment)) == state)
        }
        for type in UInt8.min...UInt8.max {
            var talk = Conversation()
            let isQuery = [8, 13, 15, 17].contains(type)
            #expect(talk.send(.icmp(identifier: 1), .icmp, type: type) == (isQuery ? .new : .invalid))
        }
        for number in [UInt8(47), 50, 33, 136] {
            var talk = Conversation()
            #expect(talk.send(.other, IPProtocol(number)) == .new)
            #expect(talk.send(.other, IPProtocol(number), back: true) == .established)
        }
        var talk = Conversation()
        #expect(talk.send(.pptp(call: 7), IPProtocol(47)) == .new)
        #expect(talk.send(.pptp(call: 7), IPProtocol(47), back: true) == .new)
        #expect(talk.send(.pptp(call: 7), IPProtocol(47)) == .new)
        talk = Conversation()
        #expect(talk.send(.other, .icmpv6) == .invalid)
        #expect(talk.send(.untracked, .icmpv6) == .untracked)
        #expect(talk.send(.invalid) == .invalid)
        #expect(talk.table.count == 0)
    }

    @Test func tcpFromTheFirstToTheLastSegment() {
        var talk = Conversation()
        let course: [(TCPSegment, Bool, FlowState)] = [
            (.syn, false, .new), (.syn, false, .new), (.synAck, true, .established), (.ack, false, .established),
            (.ack, true, .established), (.fin, false, .established), (.ack, true, .established),
            (.fin, true, .established), (.ack, false, .established), (.synAck, false, .invalid),
            // The connection is in time wait: a new SYN opens another one.
            (.syn, false, .new), (.rst, true, .established),
            // Answered by nothing but RST: gone at once.
            (.ack, true, .new),
        ]
        for (index, (segment, back, state)) in course.enumerated() {
            #expect(talk.send(.tcp(segment), back: back) == state, "step \(index)")
        }
    }

    @Test func invalidSegmentsChangeNothing() {
        var talk = Conversation()
        #expect(talk.send(.tcp(.syn)) == .new)
        #expect(talk.send(.tcp(.ack)) == .invalid)
        #expect(talk.send(.tcp(.fin), back: true) == .invalid)
        #expect(talk.send(.tcp(.syn)) == .new)
        #expect(talk.send(.tcp(.synAck), back: true) == .established)
    }

    @Test func echoAnswersNeedTheirRequest() {
        var talk = Conversation()
        #expect(talk.send(.icmp(identifier: 7), .icmp, type: 8) == .new)
        #expect(talk.send(.icmp(identifier: 8), .icmp, back: true, type: 0) == .invalid)
        #expect(talk.send(.icmp(identifier: 7), .icmp, type: 0) == .invalid)
        // The other side's request with the same identifier is a connection of its own.
        #expect(talk.send(.icmp(identifier: 7), .icmp, back: true, type: 8) == .new)
        #expect(talk.send(.icmp(identifier: 7), .icmp, back: true, type: 0) == .established)
        #expect(talk.send(.icmp(identifier: 7), .icmp, type: 8) == .established)
    }

    @Test func errorsAreRelatedToWhatTheyQuote() {
        var talk = Conversation()
        let quoted = FlowKey.ports(.udp, from: talk.a, 4000, to: talk.b, 80)
        let answer = FlowKey.ports(.udp, from: talk.b, 80, to: talk.a, 4000)
        #expect(talk.send(.icmpError(quoted: quoted, identifier: 0), .icmp, back: true, type: 3) == .invalid)
        #expect(talk.send(.datagram, .udp) == .new)
        #expect(talk.send(.icmpError(quoted: quoted, identifier: 0), .icmp, back: true, type: 3) == .related)
        #expect(talk.send(.icmpError(quoted: answer, identifier: 0), .icmp, type: 3) == .related)
        // The error is no answer.
        #expect(talk.send(.datagram, .udp) == .new)
    }

    @Test func sctpAssociationWithItsTags() {
        func segment(_ chunk: UInt8, tag: UInt32, initiate: UInt32? = nil) -> ConnectionFacts {
            .sctp(
                SCTPSegment(
                    verificationTag: tag, firstChunk: chunk, chunks: 1 << UInt16(chunk), initiateTag: initiate))
        }
        var talk = Conversation()
        #expect(talk.send(segment(0, tag: 9), .sctp) == .invalid)
        #expect(talk.send(segment(1, tag: 5, initiate: 11), .sctp) == .invalid)
        #expect(talk.send(segment(1, tag: 0, initiate: 11), .sctp) == .new)
        #expect(talk.send(segment(2, tag: 12, initiate: 22), .sctp, back: true) == .invalid)
        #expect(talk.send(segment(2, tag: 11, initiate: 22), .sctp, back: true) == .established)
        #expect(talk.send(segment(10, tag: 11), .sctp) == .invalid)
        #expect(talk.send(segment(10, tag: 22), .sctp) == .established)
        #expect(talk.send(segment(11, tag: 11), .sctp, back: true) == .established)
        #expect(talk.send(segment(0, tag: 22), .sctp) == .established)
        #expect(talk.send(segment(0, tag: 1), .sctp) == .invalid)
        #expect(talk.send(segment(7, tag: 22), .sctp) == .established)
        #expect(talk.send(segment(8, tag: 11), .sctp, back: true) == .established)
        #expect(talk.send(segment(14, tag: 22), .sctp) == .established)
    }

    @Test func connectionsEndWithTheKernelsTimeouts() {
        let second: Int64 = 1_000_000_000
        for (gap, state) in [(29, FlowState.established), (30, .new)] {
            var talk = Conversation()
            #expect(talk.send(.datagram, .udp) == .new)
            talk.time = Int64(gap) * second
            #expect(talk.send(.datagram, .udp, back: true) == state)
        }
        var talk = Conversation(FlowTable(timeouts: .none))
        #expect(talk.send(.datagram, .udp) == .new)
        talk.time = .max
        #expect(talk.send(.datagram, .udp, back: true) == .established)
        talk.time = .min
        #expect(talk.send(.datagram, .udp) == .established)
    }

    @Test func aFullTableForgetsWhatWasNotSeenLately() {
        var table = FlowTable(capacity: 4)
        func packet(_ port: UInt16) -> FlowState {
            let key = FlowKey.ports(.udp, from: IPAddress(v4: 1), port, to: IPAddress(v4: 2), 53)
            let tracking = table.begin(key, .datagram, at: NodeIndex(0), time: 0)
            table.confirm(tracking, time: 0)
            return tracking.state
        }
        for port in UInt16(1)...1000 { #expect(packet(port) == .new) }
        #expect(table.count == 4)
        #expect(table.evictions == 996)
    }
}

@Suite struct FlowStoreTests {
    /// Against a dictionary, over random insertions and removals. The seed stands in the failure.
    @Test(arguments: 1...8) func holdsWhatADictionaryHolds(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var store = FlowStore(capacity: 10_000)
        var model: Set<UInt16> = []
        func side(_ port: UInt16) -> FlowSide? {
            FlowSide(
                .ports(.tcp, from: IPAddress(v4: 1), port, to: IPAddress(v4: 2), 1), identifier: 0, at: NodeIndex(0))
        }
        for step in 0..<4000 {
            let port = UInt16(random.next() % 300)
            guard let side = side(port) else {
                Issue.record("TCP has a tuple")
                return
            }
            if let position = store.position(of: side.tuple) {
                #expect(model.contains(port), "seed \(seed), step \(step)")
                if random.next() % 2 == 0 {
                    store.remove(position)
                    model.remove(port)
                }
            } else {
                #expect(!model.contains(port), "seed \(seed), step \(step)")
                store.insert(FlowEntry(side))
                model.insert(port)
            }
            #expect(store.count == model.count)
        }
    }
}

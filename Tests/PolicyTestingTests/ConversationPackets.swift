import Classification
import Explain
import NetTypes
import NetworkTopology
import PacketDecoding
import TestSupport
import Testing
import Workspace

/// A step of a conversation as a packet on the wire.
struct ConversationPacket {
    var step: Scenario.Step
    var key: FlowKey
    /// From the IP header on.
    var bytes: [UInt8]

    /// The packets of a conversation, with the sequence numbers of a real one.
    static func all(of conversation: Scenario.Conversation, in inputs: LoadedInputs) throws -> [ConversationPacket] {
        var packets: [ConversationPacket] = []
        var sequence = TCPSequence()
        for step in conversation.steps {
            let key = try step.flowKey(inputs)
            var options = PacketOptions()
            options.icmpIdentifier = step.icmpID ?? 0
            if key.proto == .tcp {
                options.tcpFlags = step.flags
                options.payload = step.flags.contains(.psh) ? Array("hello".utf8) : []
                (options.tcpSequence, options.tcpAcknowledgement) = sequence.next(key, options)
            }
            if let quoted = step.quotes { options.icmpQuote = try #require(packets.dropFirst(quoted).first).bytes }
            let bytes = try PacketEncoding.packet(key, options)
            packets.append(ConversationPacket(step: step, key: key, bytes: bytes))
        }
        return packets
    }
}

/// The next sequence number of each side of each connection.
private struct TCPSequence {
    private var sent: [FlowKey: UInt32] = [:]

    /// Sequence and acknowledgement number of a segment, which then counts as sent.
    mutating func next(_ key: FlowKey, _ options: PacketOptions) -> (UInt32, UInt32) {
        let start: UInt32 = 1000
        let first = sent[key] ?? start
        let length = options.payload.count + (options.tcpFlags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
        sent[key] = first + UInt32(length)
        return (first, options.tcpFlags.contains(.ack) ? sent[key.reversed] ?? start : 0)
    }
}

extension FlowKey {
    fileprivate var reversed: FlowKey {
        .ports(proto, from: destination, destinationPort, to: source, sourcePort)
    }
}

extension Scenario.Step {
    fileprivate func flowKey(_ inputs: LoadedInputs) throws -> FlowKey {
        let (from, to) = (try address(src, inputs), try address(dst, inputs))
        if let icmpType { return .icmp(from: from, to: to, type: icmpType, code: icmpCode ?? 0) }
        let proto = try #require(IPProtocol(calicoName: self.protocol))
        return .ports(proto, from: from, try #require(srcPort), to: to, try #require(port))
    }

    private func address(_ end: String, _ inputs: LoadedInputs) throws -> IPAddress {
        let topology = inputs.tree.topology
        let end = QueryEnd.parse(end, namespace: "default", topology: topology, services: inputs.tree.services)
        return try #require(try end.get().address(topology, family: .v4))
    }

    /// Of a text such as `SYN,ACK`.
    fileprivate var flags: TCPFlags {
        let names: [Substring: TCPFlags] = ["SYN": .syn, "ACK": .ack, "FIN": .fin, "RST": .rst, "PSH": .psh]
        return TCPFlags((tcpFlags ?? "").split(separator: ",").compactMap { names[$0] })
    }
}

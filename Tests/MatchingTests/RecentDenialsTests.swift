import NetTypes
import Testing

@testable import Matching

@Suite struct RecentDenialsTests {
    private static let hash = PlainHash(shardCount: 1, keys: (1, 2, 3, 4))

    private func packet(
        _ source: UInt32, _ destination: UInt32, _ sourcePort: UInt16, _ destinationPort: UInt16,
        _ kind: PlainPacket.Kind
    ) -> PlainPacket {
        var packet = PlainPacket(
            time: 0, frame: 1, source: source, destination: destination, sourcePort: sourcePort,
            destinationPort: destinationPort, kind: kind, hash: Self.hash)
        // All in one place.
        packet.hash = 5
        return packet
    }

    /// A flow is told from every flow that differs by one bit, and from its own answers.
    @Test(arguments: [UInt32(0), .max, 0x0a00_0004, 0x5555_5555], [UInt16(0), .max, 0x1234])
    func flowsAreToldApart(address: UInt32, port: UInt16) {
        let denials = RecentDenials(capacity: 64)
        let (other, otherPort) = (address ^ 0x0a0a_0101, port ^ 443)
        let denied = packet(address, other, port, otherPort, .datagram)
        let entry = RecentDenials.Entry(denied, .new, cell: 7, endpoint: 3)
        #expect(denials.table.insert(entry, denied.hash).circumstances == .unused)
        #expect(denials.table.position(denied) >= 0)
        for bit in 0..<32 {
            #expect(denials.table.position(packet(address ^ 1 << bit, other, port, otherPort, .datagram)) < 0)
            #expect(denials.table.position(packet(address, other ^ 1 << bit, port, otherPort, .datagram)) < 0)
        }
        for bit in 0..<16 {
            #expect(denials.table.position(packet(address, other, port ^ 1 << bit, otherPort, .datagram)) < 0)
            #expect(denials.table.position(packet(address, other, port, otherPort ^ 1 << bit, .datagram)) < 0)
        }
        #expect(denials.table.position(packet(address, other, port, otherPort, .syn)) < 0)
        #expect(denials.table.position(packet(other, address, otherPort, port, .datagram)) < 0)
        #expect((entry.source, entry.destination) == (address, other))
        #expect((entry.sourcePort, entry.destinationPort, entry.proto) == (port, otherPort, 17))
    }

    /// Of four flows in one place, the one with the fewest packets goes for a fifth.
    @Test func theSmallestGoes() {
        let denials = RecentDenials(capacity: 64)
        let packets = (UInt32(0)..<5).map { packet(100 + $0, 7, 80, 81, .syn) }
        for (index, packet) in packets.prefix(4).enumerated() {
            let gone = denials.table.insert(
                RecentDenials.Entry(packet, .new, cell: 0, endpoint: 0), packet.hash)
            #expect(gone.circumstances == .unused)
            denials.table[denials.table.position(packet)].packets = [9, 4, 3, 8][index]
        }
        let gone = denials.table.insert(RecentDenials.Entry(packets[4], .new, cell: 0, endpoint: 0), packets[4].hash)
        #expect(gone.packets == 3)
        #expect(packets.map { denials.table.position($0) >= 0 } == [true, true, false, true, true])
    }
}

import Testing

@testable import KernelVerification

@Suite struct PacketTagTests {
    @Test(arguments: ["10.65.0.1", "fd00::1"])
    func isFoundAgainAndLeavesTheChecksumRight(_ destination: String) throws {
        let source = destination.contains(":") ? "fd00::2" : "198.51.100.9"
        for number in [UInt16(1), 255, 256, 4711, .max] {
            var packet = SamplePacket.udp(from: source, to: destination, port: 80)
            PacketTag(number).stamp(&packet)
            #expect(PacketTag(of: packet[...]) == PacketTag(number))
            if source.contains(".") { #expect(SamplePacket.headerSum(packet) == 0xffff) }
            PacketTag(1).stamp(&packet)
            if source.contains(".") { #expect(SamplePacket.headerSum(packet) == 0xffff) }
        }
    }

    @Test func groupsFragmentsOfOneDatagram() {
        let packet = SamplePacket.udp(from: "198.51.100.9", to: "10.65.0.1", port: 80)
        let groups = SamplePacket.fragments(of: packet, identification: 4).map { FragmentGroup(of: $0) }
        #expect(FragmentGroup(of: packet) == nil)
        #expect(groups[0] != nil && groups[0] == groups[1])
        #expect(FragmentGroup(of: SamplePacket.fragments(of: packet, identification: 5)[0]) != groups[0])
    }
}

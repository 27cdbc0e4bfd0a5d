import Foundation
import NetTypes
import PacketDecoding
import TestSupport

/// Random traces out of few ends, so that connections, restarts, time-outs, errors and fragments meet each other.
struct TraceGenerator {
    struct Mix {
        /// Of 100 packets, how many are not plain (ICMP, fragments, IPv6, other protocols, cut or odd ones).
        var special = 20
        /// Ports that clients pick from.
        var clientPorts = 4
        /// Longest pause in seconds; one in ten packets follows on one.
        var longestPause = 200
        var snapshotLength = 65535
    }

    var random: SeededGenerator
    let mix: Mix
    private let addresses: [IPAddress]
    private var time: Int64 = 1_700_000_000_000_000_000
    private var identification: UInt16 = 0
    /// Packets that were sent, for errors that quote them.
    private var sent: [[UInt8]] = []
    private(set) var file: [UInt8]

    init(seed: UInt64, _ addresses: [String], mix: Mix = Mix()) {
        random = SeededGenerator(seed: seed)
        self.addresses = addresses.compactMap { IPAddress($0) }
        self.mix = mix
        // pcap of nanoseconds, raw IP.
        file = [0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0] + [UInt8](repeating: 0, count: 8)
        add(UInt32(mix.snapshotLength))
        add(UInt32(101))
    }

    /// Writes so many packets more.
    mutating func write(_ packets: Int) throws {
        for _ in 0..<packets {
            if chance(10) { time += Int64(number(0...mix.longestPause)) * 1_000_000_000 }
            if chance(50) { time -= 3_000_000_000 }
            time += Int64(number(0...2_000_000))
            if number(1...100) > mix.special { try plain() } else { try special() }
        }
    }

    private mutating func plain() throws {
        let key = key(.v4, chance(3) ? .udp : .tcp)
        var options = PacketOptions()
        options.tcpFlags = pick([
            .syn, .syn, [.syn, .ack], [.syn, .ack], .ack, .ack, .ack, [.ack, .psh], [.fin, .ack], .rst, [.rst, .ack],
            [.syn, .fin], [],
        ])
        options.payload = [UInt8](repeating: 1, count: number(0...40))
        record(try PacketEncoding.packet(key, options))
    }

    private mutating func special() throws {
        switch number(0...9) {
        case 0, 1:
            guard let quote = sent.randomElement(using: &random) else { return }
            var options = PacketOptions()
            options.icmpQuote = Array(quote.prefix(60))
            guard quote.count >= 28, quote[0] >> 4 == 4 else { return }
            let source = IPAddress(bytes: quote[12..<16]) ?? addresses[0]
            record(
                try PacketEncoding.packet(
                    .icmp(from: address(.v4), to: source, type: pick([3, 11]), code: 1), options))
        case 2, 3:
            var options = PacketOptions()
            identification &+= 1
            options.identification = identification
            options.payload = [UInt8](repeating: 2, count: 100)
            var fragments = try PacketEncoding.fragments(
                of: PacketEncoding.packet(key(.v4, .udp), options), count: 3)
            if chance(4) { fragments.removeLast() }
            if chance(3) { fragments.shuffle(using: &random) }
            for fragment in fragments { record(fragment) }
        case 4, 5, 6: record(try PacketEncoding.packet(key(.v6, chance(3) ? .udp : .tcp), PacketOptions()))
        case 7:
            var options = PacketOptions()
            options.icmpIdentifier = UInt16(number(1...2))
            record(
                try PacketEncoding.packet(
                    .icmp(from: address(.v4), to: address(.v4), type: pick([0, 8]), code: 0), options))
        case 8: record(try PacketEncoding.packet(.opaque(IPProtocol(50), from: address(.v4), to: address(.v4))))
        default:
            var bytes = try PacketEncoding.packet(key(.v4, .tcp), PacketOptions())
            switch number(0...4) {
            case 0: bytes[0] = 0x4f
            case 1: bytes[2] = 9
            case 2: bytes.removeLast(number(1...bytes.count - 1))
            case 3: bytes[32] = 0x10
            default: bytes[6] = 0x20
            }
            record(bytes, original: chance(2) ? bytes.count + 40 : nil)
        }
    }

    private mutating func record(_ packet: [UInt8], original: Int? = nil) {
        sent.append(packet)
        if sent.count > 30 { sent.removeFirst() }
        let captured = packet.prefix(mix.snapshotLength)
        add(UInt32(time / 1_000_000_000))
        add(UInt32(time % 1_000_000_000))
        add(UInt32(captured.count))
        add(UInt32(original ?? packet.count))
        file += captured
        time += Int64(number(0...1000))
    }

    private mutating func key(_ family: IPFamily, _ proto: IPProtocol) -> FlowKey {
        let client = UInt16(40000 + number(0...mix.clientPorts))
        let server: UInt16 = pick([80, 80, 443, 53, 4789])
        let (a, b) = (address(family), address(family))
        return chance(2)
            ? .ports(proto, from: a, client, to: b, server) : .ports(proto, from: a, server, to: b, client)
    }

    private mutating func address(_ family: IPFamily) -> IPAddress {
        pick(addresses.filter { $0.family == family })
    }

    private mutating func add(_ value: UInt32) {
        file += (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance(_ count: Int) -> Bool { number(1...count) == 1 }
    private mutating func pick<Element>(_ list: [Element]) -> Element { list[number(0...(list.count - 1))] }
}
